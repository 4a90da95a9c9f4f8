"""What pixels mean: frozen models of the metadata, and the documents of every version of the specification.

One model, several documents: `versions` turns the attributes of a group into models and back. Nothing here
reads or writes a store.

::

    versions      the attributes of a group, by version
    multiscale    levels: where they are and where their pixels are
    axes          names, types and units; what a version allows is in axis_rules
    omero         channels: names, colours, windows
    labels        what the values of a labels image mean
    transforms, units, colors, paths    the parts of these
    node          a value of unknown form, with its place for the error
    jsonvalue     what JSON can hold
"""
