"""What pixels mean: frozen models of the metadata, and the documents of every version of the specification.

One model, several documents: `versions` turns the attributes of a group into models and back. Reading is lenient:
what can be understood is read, what is malformed and not needed to show the pixels is left out with a warning.
Writing is strict. Nothing here reads or writes a store.

::

    versions            the attributes of a group, by version; what is read, what is written
    multiscale          levels: where they are and where their pixels are
    plate, well, scene  images in rows and columns, in one well, in common coordinate systems
    axes                names, types and units; what a version allows is in axis_rules
    omero               channels: names, colours, windows
    labels              what the values of a labels image mean
    coordinate_systems  spaces and references to them; links are what leads from one to another
    transforms          what becomes of points; compound: made of others; fields: with numbers elsewhere
    units, colors, paths, placement, transform_documents    the parts of these
    leniency            what is done about malformed parts
    node                a value of unknown form, with its place for the error
    jsonvalue           what JSON can hold
"""
