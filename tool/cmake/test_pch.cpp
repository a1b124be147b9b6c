// Compiled for its precompiled header alone (AntiphonModule.cmake).
