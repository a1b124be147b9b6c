#include "engine/search/vector_graph.h"

#include <hnswlib/hnswlib.h>

#include <algorithm>

namespace antiphon::search {

struct VectorGraph::Graph {
  explicit Graph(const Vectors& vectors)
      : space(vectors.dimensions()),
        graph(&space, std::max<std::size_t>(1, vectors.size()), graph_links, graph_build_width) {
    graph.setEf(graph_search_width);
  }

  hnswlib::InnerProductSpace space;
  hnswlib::HierarchicalNSW<float> graph;
};

VectorGraph::VectorGraph(const Vectors& vectors)
    : vectors_(vectors), graph_(std::make_unique<Graph>(vectors)) {}

VectorGraph::~VectorGraph() = default;

std::shared_ptr<const VectorGraph> VectorGraph::build(const Vectors& vectors,
                                                      const std::function<bool()>& is_stopped) {
  std::shared_ptr<VectorGraph> made(new VectorGraph(vectors));
  for (std::uint32_t slot = 0; slot < vectors.slots(); ++slot) {
    if (!vectors.has(slot)) continue;
    if (is_stopped()) return nullptr;
    made->graph_->graph.addPoint(vectors.at(slot).data(), slot);
  }
  return made;
}

std::vector<Near> VectorGraph::nearest(std::span<const float> query, std::size_t count) const {
  std::vector<Near> found;
  if (vectors_.size() == 0 || count == 0) return found;
  // Worst first, with the distance 1 - cosine.
  auto queue = graph_->graph.searchKnn(query.data(), std::min(count, vectors_.size()));
  for (; !queue.empty(); queue.pop()) {
    found.push_back({static_cast<std::uint32_t>(queue.top().second), 1 - queue.top().first});
  }
  std::ranges::reverse(found);
  return found;
}

}  // namespace antiphon::search
