"""Papers (单证): frozen word for word when they are made, under a code by which anybody verifies them."""
