"""Account statements (账户对账单): what was on the account, frozen, with a code that anybody can verify."""
