"""Rows that the hall drives on by itself: a lease on each, a table of steps, one driver and sweeper for all.

A new driven bill needs four things, and `docs/tasks/add-a-driven-bill.md` says where:

    class Bill(DrivenRow, Record): …                             its table (`rows.py`)
    MACHINE, DRIVEN                                              its states; the hall goes on from DRIVEN
    BILLS = Procedure(kind=Bill, machine=MACHINE, steps={…}, …)  what is done in each state (`procedure.py`)
    sweep(self, request, BILLS)                                  in a method under `every` (`sweeping.py`)

A step reads `turn.row` and asks whom it must, with no transaction open. What that brought it writes within
`leases.keeping(database, turn)`, which raises LeaseLost where somebody else has moved the row on meanwhile:
then nothing is written. It ends with `turn.after(row)` to go on at once, or None. Steps are repeated after a
death, so what moves money is written as sent before it is sent, and asked for afterwards.

Not everything that waits is such a row: transfers ask what may be asked twice, messages go out side by side
in an order of their own. They need no lease that is checked in each step, and keep their ways.
"""
