-- A payout is written once and never changed; its number can be paid or closed, not both.
CREATE TABLE IF NOT EXISTS payouts (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    order_number TEXT NOT NULL UNIQUE,
    digest       BLOB NOT NULL,
    bank_code    TEXT NOT NULL,
    card_number  TEXT NOT NULL,
    holder_name  TEXT NOT NULL,
    amount_fen   INTEGER NOT NULL CHECK (amount_fen > 0),
    purpose      TEXT NOT NULL,
    outcome      INTEGER NOT NULL CHECK (outcome IN (0, 1)),
    reason       TEXT NOT NULL,
    accepted_at  REAL NOT NULL,
    final_at     REAL NOT NULL CHECK (final_at >= accepted_at)
);
CREATE TABLE IF NOT EXISTS closed_orders (
    order_number TEXT PRIMARY KEY,
    closed_at    REAL NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS payouts_not_after_closing BEFORE INSERT ON payouts
WHEN EXISTS (SELECT 1 FROM closed_orders WHERE order_number = NEW.order_number)
BEGIN SELECT RAISE(ABORT, 'the order number is closed'); END;
CREATE TRIGGER IF NOT EXISTS closing_not_after_payout BEFORE INSERT ON closed_orders
WHEN EXISTS (SELECT 1 FROM payouts WHERE order_number = NEW.order_number)
BEGIN SELECT RAISE(ABORT, 'the order number is taken'); END;
CREATE TRIGGER IF NOT EXISTS payouts_are_final BEFORE UPDATE ON payouts
BEGIN SELECT RAISE(ABORT, 'a payout is never changed'); END;
CREATE TRIGGER IF NOT EXISTS payouts_are_kept BEFORE DELETE ON payouts
BEGIN SELECT RAISE(ABORT, 'a payout is never removed'); END;
CREATE TRIGGER IF NOT EXISTS closings_are_kept BEFORE DELETE ON closed_orders
BEGIN SELECT RAISE(ABORT, 'a closing is never removed'); END;

-- Taken from a card for the fund: written once, never changed.
CREATE TABLE IF NOT EXISTS debits (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    order_number TEXT NOT NULL UNIQUE,
    digest       BLOB NOT NULL,
    bank_code    TEXT NOT NULL,
    card_number  TEXT NOT NULL,
    holder_name  TEXT NOT NULL,
    amount_fen   INTEGER NOT NULL CHECK (amount_fen > 0),
    purpose      TEXT NOT NULL,
    outcome      INTEGER NOT NULL CHECK (outcome IN (0, 1)),
    reason       TEXT NOT NULL,
    accepted_at  REAL NOT NULL,
    final_at     REAL NOT NULL CHECK (final_at >= accepted_at)
);
CREATE TABLE IF NOT EXISTS payment_codes (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    order_number TEXT NOT NULL UNIQUE,
    digest       BLOB NOT NULL,
    amount_fen   INTEGER NOT NULL CHECK (amount_fen > 0),
    purpose      TEXT NOT NULL,
    token        TEXT NOT NULL UNIQUE,
    valid_until  REAL NOT NULL,
    closed_at    REAL
);
-- What people paid for a code. A real provider lets one be paid twice or late now and then.
CREATE TABLE IF NOT EXISTS code_payments (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    order_number TEXT NOT NULL REFERENCES payment_codes (order_number),
    amount_fen   INTEGER NOT NULL CHECK (amount_fen > 0),
    channel      TEXT NOT NULL,
    paid_at      REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS payments_by_code ON code_payments (order_number, sequence);
CREATE TABLE IF NOT EXISTS refunds (
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
    refund_number TEXT NOT NULL UNIQUE,
    digest        BLOB NOT NULL,
    order_number  TEXT NOT NULL,
    serial        TEXT NOT NULL,
    amount_fen    INTEGER NOT NULL CHECK (amount_fen > 0),
    outcome       INTEGER NOT NULL CHECK (outcome IN (0, 1)),
    reason        TEXT NOT NULL,
    accepted_at   REAL NOT NULL,
    final_at      REAL NOT NULL CHECK (final_at >= accepted_at)
);
CREATE INDEX IF NOT EXISTS refunds_by_serial ON refunds (serial);
CREATE TRIGGER IF NOT EXISTS debits_are_final BEFORE UPDATE ON debits
BEGIN SELECT RAISE(ABORT, 'a debit is never changed'); END;
CREATE TRIGGER IF NOT EXISTS refunds_are_final BEFORE UPDATE ON refunds
BEGIN SELECT RAISE(ABORT, 'a refund is never changed'); END;
CREATE TRIGGER IF NOT EXISTS code_payments_are_final BEFORE UPDATE ON code_payments
BEGIN SELECT RAISE(ABORT, 'a payment is never changed'); END;

CREATE TABLE IF NOT EXISTS cards (
    card_number TEXT PRIMARY KEY,
    bank_code   TEXT NOT NULL,
    holder_name TEXT NOT NULL,
    id_number   TEXT NOT NULL,
    card_class  TEXT NOT NULL CHECK (card_class IN ('I', 'II')),
    closed      INTEGER NOT NULL CHECK (closed IN (0, 1))
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS messages (
    sequence       INTEGER PRIMARY KEY AUTOINCREMENT,
    message_number TEXT NOT NULL UNIQUE,
    phone          TEXT NOT NULL,
    text           TEXT NOT NULL,
    accepted_at    REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_phone ON messages (phone, sequence);

-- Taken, and never arrived on a phone.
CREATE TABLE IF NOT EXISTS lost_messages (
    message_number TEXT PRIMARY KEY,
    phone          TEXT NOT NULL,
    text           TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS register_records (
    register  TEXT NOT NULL,
    id_number TEXT NOT NULL,
    record    BLOB NOT NULL,
    PRIMARY KEY (register, id_number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS captchas (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    captcha_id TEXT NOT NULL UNIQUE,
    answer     TEXT NOT NULL,
    told_at    REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS faults (
    target      TEXT NOT NULL,
    card_number TEXT NOT NULL,
    mode        TEXT NOT NULL,
    times       INTEGER CHECK (times > 0),
    delay_ms    INTEGER NOT NULL,
    resolves_to INTEGER NOT NULL CHECK (resolves_to IN (0, 1)),
    PRIMARY KEY (target, card_number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS late_work (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    path     TEXT NOT NULL,
    body     BLOB NOT NULL,
    due_at   REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS callbacks (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    party    TEXT NOT NULL,
    body     BLOB NOT NULL,
    tries    INTEGER NOT NULL,
    due_at   REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS callbacks_by_due ON callbacks (due_at);

-- An order is written once; its outcome is final, and a closed one passes nobody.
CREATE TABLE IF NOT EXISTS verifications (
    order_number TEXT PRIMARY KEY,
    page_key     TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    id_number    TEXT NOT NULL,
    return_url   TEXT NOT NULL,
    outcome      INTEGER CHECK (outcome IN (0, 1)),
    reason       TEXT,
    made_at      REAL NOT NULL,
    final_at     REAL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS verifications_are_final BEFORE UPDATE ON verifications
WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a finished verification is never changed'); END;

-- What a browser was given in which a face has passed: the code itself is nowhere but there.
CREATE TABLE IF NOT EXISTS verification_returns (
    order_number TEXT PRIMARY KEY REFERENCES verifications (order_number),
    digest       TEXT NOT NULL
) WITHOUT ROWID;

-- A contact letter of a fund's move between centres; its steps are only ever added.
CREATE TABLE IF NOT EXISTS letters (
    sequence       INTEGER PRIMARY KEY AUTOINCREMENT,
    letter_number  TEXT NOT NULL UNIQUE,
    digest         BLOB,
    wording        BLOB NOT NULL,
    principal_fen  INTEGER CHECK (principal_fen > 0),
    interest_fen   INTEGER CHECK (interest_fen >= 0)
);
CREATE TABLE IF NOT EXISTS letter_steps (
    letter_number TEXT NOT NULL REFERENCES letters (letter_number),
    ordinal       INTEGER NOT NULL,
    code          TEXT NOT NULL,
    remark        TEXT NOT NULL,
    at            REAL NOT NULL,
    PRIMARY KEY (letter_number, ordinal)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS letter_steps_are_kept BEFORE DELETE ON letter_steps
BEGIN SELECT RAISE(ABORT, 'a step is never removed'); END;
