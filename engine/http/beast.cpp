// Beast's own code, compiled once: the parser is used in head.cpp, and nothing else of it anywhere.
#include <boost/beast/src.hpp>
