"""Ways to prove who one is: values in, a proven identity or a reasoned refusal out."""
