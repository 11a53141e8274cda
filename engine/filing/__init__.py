"""For the child's file: which steps of a case belong there, and the form for CAFCASS."""
