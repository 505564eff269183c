"""The exercises for a class: nbgrader's course folder, numbers of one's own, other platforms' files."""
