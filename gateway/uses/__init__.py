"""What people can do in the hall, by subject; `gateway.hall.Hall` is all of it in one class."""
