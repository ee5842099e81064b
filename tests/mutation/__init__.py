"""Mutation testing of the money domain (`make mutation`): does a test notice when a rule is changed?"""
