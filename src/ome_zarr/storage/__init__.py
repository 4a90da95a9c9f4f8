"""How pixels are kept: places, compression, and sinks of which nothing is visible before it is whole.

`protocol` says what a sink is asked for and `codecs` how small it shall be; neither imports zarr, so that
plans can use them. Then: `locate` (where), `backends.zarr` (`open_sink`), `commit` (when it appears).
"""
