"""Two runs of one study side by side: their rows, what they were made with, and one page."""
