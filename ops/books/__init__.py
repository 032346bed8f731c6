"""A made-up centre's books: written by `hall generate`, read by `hall import`."""
