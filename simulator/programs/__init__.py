"""User space that answers at a socket, sans-IO."""
