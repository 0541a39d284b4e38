"""One function per task of a user; what the command line, the web pages and notebooks call."""
