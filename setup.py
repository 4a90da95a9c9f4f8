"""The compiled kernels; everything else about the build is in pyproject.toml."""

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# The kernels agree with their NumPy definitions bit for bit, so the compiler may not reorder or fuse
# floating-point operations: -ffp-contract=off forbids a multiply-add with one rounding instead of two.
# -fno-math-errno changes no result; it lets rint and floor become single instructions. -g0 leaves out what only
# a debugger needs, five sixths of the file.
UNIX_FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-g0"]
MSVC_FLAGS = ["/O2", "/fp:precise"]


class BuildKernels(build_ext):
    """The build step that knows which flags the compiler at hand understands."""

    def build_extension(self, ext: Extension) -> None:
        """Compile one extension with the flags above; on Unix, rint is in the mathematical library."""
        msvc = self.compiler.compiler_type == "msvc"
        ext.extra_compile_args = MSVC_FLAGS if msvc else UNIX_FLAGS
        ext.libraries = [] if msvc else ["m"]
        super().build_extension(ext)


extensions = cythonize(
    [Extension("ome_zarr.kernels._compiled", ["src/ome_zarr/kernels/_compiled.pyx"])],
    build_dir="build",
)
for extension in extensions:
    # Without a compiler the installation succeeds and the NumPy definitions run instead. (Said here because
    # cythonize does not hand on what is said above.)
    extension.optional = True

setup(ext_modules=extensions, cmdclass={"build_ext": BuildKernels})
