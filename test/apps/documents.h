#pragma once

#include <string>
#include <vector>

namespace antiphon::apps_test {

/// A page that is made of the program.
struct Document {
  std::string path;  ///< from the root of the tree
  std::string text;
};

/// All of them, as they must stand in the tree.
std::vector<Document> make_documents();

}  // namespace antiphon::apps_test
