def ensure(module):
    pass
