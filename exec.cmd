@rem `npm start` begins with the `exec` of Unix, so that a signal to npm reaches the program and not a shell in between.
@rem On Windows this stands in its place and fails, and what follows `||` starts the program.
@cmd /c exit 1
