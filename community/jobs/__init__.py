"""Long and nightly work, done by a worker beside the web server."""
