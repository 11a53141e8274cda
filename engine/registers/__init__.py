"""What is kept outside the cases: general concerns, good practice, challenges to decisions."""
