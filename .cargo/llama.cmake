# Read by CMake after each project() of a build in this repository: see config.toml beside it.
set(LLAMA_BUILD_COMMON OFF CACHE BOOL "" FORCE)
