"""What the API answers, for the document: a module for each subject."""
