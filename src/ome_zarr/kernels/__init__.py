"""How many pixels become one: arrays in, arrays out, on one thread, without I/O."""
