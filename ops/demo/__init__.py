"""`./hall demo`: the main job of the hall played over HTTP, with the people of the demonstration books."""
