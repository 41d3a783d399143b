"""The command line: one file a command. Only here anything is printed."""
