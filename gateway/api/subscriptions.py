"""/api/v1: 短信定制, the items one is told of by SMS and the phone that receives them."""

from gateway.api import schemas
from gateway.api.answers.common import CodeAnswer
from gateway.api.answers.subscriptions import SubscriptionAnswer, SubscriptionChangeAnswer
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import citizen

subscriptions = HallBlueprint("subscriptions", __name__, url_prefix="/api/v1", description="短信定制")


@subscriptions.get("/sms-subscription")
@operation(SubscriptionAnswer, covers=("N-01", "N-03"))
def subscription() -> Shape:
    """Own SMS items and receiving phone."""
    return hall().subscription(citizen())


@subscriptions.post("/sms-subscription/code")
@subscriptions.taking(schemas.SubscriptionChoice)
@operation(CodeAnswer, status=201, covers=("N-16",), errors=(412,), writes=True)
def issue_subscription_code(body: Shape) -> Shape:
    """Have a code sent for saving just this, to the receiving phone when it is new."""
    return hall().issue_subscription_code(citizen(), key(), body)


@subscriptions.put("/sms-subscription")
@subscriptions.taking(schemas.SubscriptionSaving)
@operation(SubscriptionChangeAnswer, covers=("N-02", "N-03", "N-04", "N-16"), errors=(412,), writes=True)
def subscribe(body: Shape) -> Shape:
    """Save items and receiving phone with the code sent for them."""
    return hall().subscribe(citizen(), key(), body)


@subscriptions.get("/sms-subscription/changes/<segment:number>")
@operation(SubscriptionChangeAnswer, covers=("N-04",), errors=(404,))
def subscription_change(number: str) -> Shape:
    """One saving, as its receipt shows it."""
    return hall().subscription_change(citizen(), number)
