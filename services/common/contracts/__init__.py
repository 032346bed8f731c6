"""What services tell each other in events: one entry per event, with an example, nothing personal.

The only code that a producer and its consumers share about each other; `announce` refuses a payload that does
not fit, so a new field is a change here first.
"""

from services.common.contracts import agreements, auth, common, contribution, deposit, withdrawal
from services.common.contracts.contract import Contract

CONTRACTS: dict[str, Contract] = {
    contract.event: contract
    for contract in (
        *common.EVENTS,
        *agreements.EVENTS,
        *auth.EVENTS,
        *deposit.EVENTS,
        *contribution.EVENTS,
        *withdrawal.EVENTS,
    )
}
