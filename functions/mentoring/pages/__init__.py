"""Pages: the site's theme and its names, for the nightly build and for the functions alike."""
