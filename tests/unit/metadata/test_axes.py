"""The axes of an image."""

import pickle
import warnings

import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, OmeZarrWarning, RecipeError
from ome_zarr.metadata.axes import Axes, Axis, axes_from_node
from ome_zarr.metadata.axis_rules import system_fault
from ome_zarr.metadata.node import Node

X, Y, Z = Axis("x", "space"), Axis("y", "space"), Axis("z", "space")
C, T = Axis("c", "channel"), Axis("t", "time")


class Model:
    """As the models of other packages are."""

    def __init__(self, **members):
        self.members = members

    def model_dump(self, *, by_alias, exclude_none):
        return self.members


@pytest.mark.parametrize(
    "axes",
    [
        "zyx",
        ["z", "y", "x"],
        ("z", "y", "x"),
        [{"name": "z"}, "y", X],
        Axes((Z, Y, X)),
        [Model(name="z"), Y, X],
    ],
)
def test_axes_are_understood_in_many_forms(axes):
    assert Axes.parse(axes, 3) == Axes((Z, Y, X))


@pytest.mark.parametrize(("ndim", "axes"), [(2, Axes((Y, X))), (5, Axes((T, C, Z, Y, X)))])
def test_two_and_five_dimensions_have_default_axes(ndim, axes):
    assert Axes.parse(None, ndim) == axes


@pytest.mark.parametrize("ndim", [1, 3, 4, 6])
def test_other_dimensions_have_none(ndim):
    with pytest.raises(RecipeError, match=f"axes is None for an image of {ndim} dimensions, and only 2"):
        Axes.parse(None, ndim)


def test_units_and_types_and_other_members_in_mappings_are_kept():
    axes = Axes.parse(
        [
            {"name": "w", "type": "lifetime", "unit": "ns"},
            {
                "name": "y",
                "type": "space",
                "unit": "um",
                "longName": "row",
                "discrete": True,
                "orientation": "left-to-right",
                "note": "kept",
            },
            {"name": "x", "unit": None},
        ],
        3,
    )
    assert axes == Axes(
        (
            Axis("w", "lifetime", "ns"),
            Axis("y", "space", "micrometer", {"note": "kept"}, "row", True, "left-to-right"),
            Axis("x", "space"),
        )
    )


def test_a_type_of_null_is_kept():
    assert Axes.parse([{"name": "w", "type": None}, "y", "x"], 3)[0] == Axis("w")


def test_a_type_can_be_given_to_any_name():
    assert Axes.parse([{"name": "row", "type": "space"}, {"name": "x", "type": "channel"}], 2).names == (
        "row",
        "x",
    )


def test_units_by_name_win():
    axes = Axes.parse([{"name": "y", "unit": "mm"}, {"name": "x", "unit": "mm"}], 2, {"y": "um", "x": None})
    assert [axis.unit for axis in axes] == ["micrometer", None]


def test_units_of_axes_that_do_not_exist_are_refused():
    with pytest.raises(RecipeError, match=r"units has the axis 'z', which does not exist; the axes are \['y', 'x'\]"):
        Axes.parse("yx", 2, {"z": "um"})


def test_a_unit_of_no_specification_is_kept_with_a_warning_at_the_caller():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        axes = Axes.parse("yx", 2, {"x": "pixel"})
    assert axes[1].unit == "pixel"
    assert [(w.category, w.filename) for w in caught] == [(OmeZarrWarning, __file__)]
    assert "unit of axis 'x' is 'pixel'" in str(caught[0].message)


def test_the_mappings_of_the_caller_are_not_changed():
    given = [{"name": "y", "unit": "um"}, {"name": "x"}]
    Axes.parse(given, 2)
    assert given == [{"name": "y", "unit": "um"}, {"name": "x"}]


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ("yx", r"axes \('y', 'x'\) are 2 for an image of 3 dimensions; name every dimension once"),
        ("yyx", "axis 'y' occurs twice"),
        ("qyx", r"axes/0: axis 'q' has no type.*give \{'name': 'q', 'type': ...\}"),
        ("ZYX", "axes/0: axis 'Z' has no type.*did you mean 'z'?"),
        (["", "y", "x"], "axis '' has no type"),
        ([{"name": "", "type": "space"}, "y", "x"], "axes/0: axis name is ''"),
        ([{"type": "space"}, "y", "x"], "axes/0 has no 'name'"),
        ([{"name": 1}, "y", "x"], "axes/0/name is 1; it must be text"),
        ([{"name": "z", "type": 1}, "y", "x"], "axes/0/type is 1; it must be text"),
        ([{"name": "z", "unit": 1}, "y", "x"], "unit of axis 'z' is 1; give a name"),
        ([1, "y", "x"], "axes/0 is 1; it must be an object"),
        (3, "axes is 3; give names such as 'zyx'"),
        ({"z": 1, "y": 1, "x": 1}, "axes is .*give names such as 'zyx'"),
        (b"zyx", "axes is b'zyx'; give names"),
    ],
)
def test_axes_that_cannot_be_understood_are_refused_with_advice(axes, message):
    with pytest.raises(RecipeError, match=message):
        Axes.parse(axes, 3)


def test_names_types_and_positions_can_be_asked():
    axes = Axes.parse("tcyx", 4)
    assert axes.names == ("t", "c", "y", "x")
    assert axes.spatial == ("y", "x")
    assert (axes.channel, axes.index("y"), len(axes), axes[0]) == (1, 2, 4, T)
    assert Axes.parse("yx", 2).channel is None
    with pytest.raises(RecipeError, match=r"axis 'q' does not exist; the axes are \('t', 'c', 'y', 'x'\)"):
        axes.index("q")


def test_the_document_has_only_what_is_known():
    assert Axes((Axis("w"), Axis("x", "space", "meter", {"longName": "column"}))).to_json() == [
        {"name": "w"},
        {"name": "x", "type": "space", "unit": "meter", "longName": "column"},
    ]


def test_axes_can_be_pickled_and_hashed():
    axes = Axes.parse("zyx", 3, {"z": "um"})
    assert pickle.loads(pickle.dumps(axes)) == axes
    assert hash(axes) == hash(Axes.parse("zyx", 3, {"z": "um"}))


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize(
    "axes", ["yx", "xy", "zyx", "cyx", "tyx", "tczyx", "tzyx", [{"name": "w", "type": None}, "y", "x"]]
)
def test_two_to_five_axes_in_order_are_allowed(version, axes):
    Axes.parse(axes, len(axes)).validate(version)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ("x", "have 1 axes, allowed are 2 to 5"),
        ("tcx", "have 1 axes of type 'space', allowed are 2 to 3"),
        (["x", "y", "z", {"name": "w", "type": "space"}], "have 4 axes of type 'space', allowed are 2 to 3"),
        (["t", {"name": "u", "type": "time"}, "y", "x"], "have 2 axes of type 'time', allowed are at most 1"),
        (["c", {"name": "w", "type": "lifetime"}, "y", "x"], "neither space nor time, allowed are at most 1"),
        (["t", "c", {"name": "a", "type": None}, "z", "y", "x"], "have 6 axes, allowed are 2 to 5"),
    ],
)
def test_other_numbers_of_axes_are_refused(version, axes, message):
    with pytest.raises(RecipeError, match=f"{message} in OME-Zarr {version}; add axes of length 1, or write"):
        Axes.parse(axes, len(axes)).validate(version)


@pytest.mark.parametrize(
    ("axes", "transposed"),
    [
        ("yxc", "('c', 'y', 'x')"),
        ("ctyx", "('t', 'c', 'y', 'x')"),
        ("zcyx", "('c', 'z', 'y', 'x')"),
        ("yxt", "('t', 'y', 'x')"),
    ],
)
def test_another_order_is_refused_and_the_right_one_is_named(axes, transposed):
    with pytest.raises(RecipeError) as caught:
        Axes.parse(axes, len(axes)).validate("0.5")
    assert str(caught.value).startswith(f"axes {axes[0]} (")
    assert str(caught.value).endswith(f"in OME-Zarr 0.5; transpose the pixels to {transposed}")


@pytest.mark.parametrize("axes", ["x", "yxc", "tczyx", ["c", {"name": "w", "type": "lifetime"}, "x"]])
def test_versions_after_0_6_allow_any_axes(axes):
    Axes.parse(axes, len(axes)).validate("0.9")


def test_no_axes_at_all_are_refused_by_every_version():
    with pytest.raises(RecipeError, match="have 0 axes, allowed are 1 or more"):
        Axes(()).validate("0.9")


def test_an_unknown_version_is_refused():
    with pytest.raises(RecipeError, match=r"version '2.0' is unknown; use one of"):
        Axes((Y, X)).validate("2.0")


def test_axes_of_a_document_are_read_as_far_as_they_can_be_understood():
    document = [
        "t",
        {"name": "c", "type": None},
        {"name": "y", "type": 3, "unit": "pixel"},
        {"name": "x", "unit": 1, "longName": 2, "discrete": "no", "orientation": {"type": "other"}},
    ]
    with pytest.warns(DocumentWarning) as caught:
        axes = axes_from_node(Node(document))
    assert axes == Axes((Axis("t", "time"), Axis("c"), Axis("y", None, "pixel"), Axis("x", "space")))
    found = [str(warning.message).split(" ", 1)[0] for warning in caught]
    assert found == ["/2/type", "/3/unit", "/3/longName", "/3/discrete", "/3/orientation/type"]


def test_rarer_members_of_an_axis_are_written():
    axis = Axis("x", "space", None, {"note": 1}, "width", False, "left-to-right")
    assert axis.to_json() == {
        "name": "x",
        "type": "space",
        "longName": "width",
        "discrete": False,
        "orientation": {"type": "anatomical", "value": "left-to-right"},
        "note": 1,
    }
    assert axes_from_node(Node([axis.to_json()])) == Axes((axis,))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "^/axes is {}; it must be a list"),
        ([{"type": "space"}], "^/axes/0 has no 'name'"),
        ([{"name": 1}], "^/axes/0/name is 1; it must be text"),
        ([""], "^/axes/0: axis name is ''"),
        (["x", {"name": "x"}], "^/axes: axis 'x' occurs twice"),
        ([None], "^/axes/0 is None; it must be an object"),
    ],
)
def test_axes_without_names_or_with_one_twice_are_refused(document, message):
    with pytest.raises(DocumentError, match=message):
        axes_from_node(Node(document, "/axes"))


@pytest.mark.parametrize(
    ("types", "fault"),
    [
        (("space", "space"), None),
        (("channel", "space", "time", "space", "lifetime"), None),
        (("array", "array"), None),
        (("space",), "have 1 axes, allowed are 2 to 5"),
        (("space", "array"), "have 1 axes of type 'space', allowed are 2 to 3"),
        (("space",) * 4, "have 4 axes of type 'space', allowed are 2 to 3"),
        (("array",) * 6, "have 6 axes, allowed are 2 to 5"),
    ],
)
def test_a_coordinate_system_has_two_or_three_axes_of_space_or_two_of_an_array(types, fault):
    assert system_fault(types) == fault
