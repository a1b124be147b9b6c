#include "engine/http/router.h"

#include <algorithm>
#include <set>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/http/multipart.h"

namespace antiphon::http {

namespace {

// Gives each part between the slashes to `take`.
template <class F>
void for_each_part(std::string_view path, F take) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    auto slash = path.find('/');
    take(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  for_each_part(path, [&](std::string_view part) { parts.emplace_back(part); });
  return parts;
}

bool is_name(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

bool is_rest(std::string_view part) { return is_name(part) && part.ends_with("...}"); }

std::string name_in(std::string_view part) {
  return std::string(part.substr(1, part.size() - (is_rest(part) ? 5 : 2)));
}

[[noreturn]] void refuse(const RouteInfo& info, std::string_view why, Code code = Code::invalid) {
  throw Error(code, fmt::format("Route {} {}: {}", to_text(info.method), info.path, why));
}

// "GET /api/v1/takes/{takeId}" becomes "get_api_v1_takes_takeId".
std::string make_name(const RouteInfo& info) {
  std::string name(to_text(info.method));
  std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  for (char c : info.path) {
    if (c == '{' || c == '}' || c == '.') continue;
    name.push_back(c == '/' || c == '-' ? '_' : c);
  }
  return name;
}

// All texts, what stands around each part, and the files.
std::size_t form_bytes_max(const RouteInfo& info) {
  std::size_t all = form_fields_bytes_max + parts_max * part_head_bytes_max;
  for (const UploadRule& rule : info.uploads) all += rule.bytes_max * rule.count_max;
  return all;
}

void check(const Route& route) {
  const RouteInfo& info = route.info;
  if (info.permission.empty()) refuse(info, "it names no permission; \"public\" opens it to all.");
  if (!route.input) return;
  for (const std::string& name : names_in(info.path)) {
    if (!route.input->find(name)) {
      refuse(info, fmt::format("{{{}}} is no field of {}.", name, route.input->name));
    }
  }
}

}  // namespace

std::vector<std::string> names_in(std::string_view path_template) {
  std::vector<std::string> names;
  for (const std::string& part : split(path_template)) {
    if (is_name(part)) names.push_back(name_in(part));
  }
  return names;
}

struct Router::Entry {
  const Route* route;
  std::vector<std::string> names;
};

struct Router::Node {
  std::map<std::string, Node, std::less<>> literals;
  std::unique_ptr<Node> name;
  std::unique_ptr<Node> rest;
  std::map<Method, Entry> entries;

  /// The entry for a method: HEAD is answered by what answers GET, a socket aside.
  const Entry* find(Method method) const {
    auto found = entries.find(method);
    if (found != entries.end()) return &found->second;
    if (method != Method::head) return nullptr;
    found = entries.find(Method::get);
    return found == entries.end() || found->second.route->info.is_takeover ? nullptr
                                                                           : &found->second;
  }
};

// One look-up: walks the tree with the path's parts, literal parts first.
class Router::Search {
 public:
  Search(Method method, std::string_view path) : method_(method) {
    parts_.reserve(static_cast<std::size_t>(std::ranges::count(path, '/')));
    for_each_part(path, [&](std::string_view part) {
      auto decoded = part.contains('%') ? parse_percent(part) : std::nullopt;
      parts_.push_back(decoded ? *std::move(decoded) : std::string(part));
    });
  }

  Match run(const Node& root) {
    if (!walk(root, 0) && allowed_.empty()) walk_to_rest(root, 0);
    match_.allowed.assign(allowed_.begin(), allowed_.end());
    return std::move(match_);
  }

 private:
  bool take(const Node& node) {
    const Entry* entry = node.find(method_);
    if (!entry) return false;
    match_.route = entry->route;
    for (std::size_t i = 0; i < entry->names.size(); ++i) {
      match_.parameters.emplace_back(entry->names[i], values_[i]);
    }
    return true;
  }

  bool walk(const Node& node, std::size_t index) {
    if (index == parts_.size()) {
      if (take(node)) return true;
      for (const auto& [method, entry] : node.entries) allowed_.insert(method);
      return false;
    }
    auto literal = node.literals.find(parts_[index]);
    if (literal != node.literals.end() && walk(literal->second, index + 1)) return true;
    if (!node.name || parts_[index].empty()) return false;
    values_.push_back(parts_[index]);
    if (walk(*node.name, index + 1)) return true;
    values_.pop_back();
    return false;
  }

  bool walk_to_rest(const Node& node, std::size_t index) {
    if (index < parts_.size()) {
      auto literal = node.literals.find(parts_[index]);
      if (literal != node.literals.end() && walk_to_rest(literal->second, index + 1)) return true;
      if (node.name && !parts_[index].empty()) {
        values_.push_back(parts_[index]);
        if (walk_to_rest(*node.name, index + 1)) return true;
        values_.pop_back();
      }
    }
    if (!node.rest) return false;
    std::span rest = std::span(parts_).subspan(std::min(index, parts_.size()));
    values_.push_back(fmt::format("{}", fmt::join(rest, "/")));
    if (take(*node.rest)) return true;
    values_.pop_back();
    return false;
  }

  Method method_;
  std::vector<std::string> parts_;
  std::vector<std::string> values_;
  std::set<Method> allowed_;
  Match match_;
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

void Router::insert(std::unique_ptr<Route> route) {
  RouteInfo& info = route->info;
  if (info.name.empty()) info.name = make_name(info);
  if (!info.takes_key) {
    bool creates = info.rate == RateClass::create || !info.uploads.empty();
    info.takes_key = info.method == Method::post && creates && !info.is_takeover;
  }
  if (!info.uploads.empty() && info.body_bytes_max == 0) info.body_bytes_max = form_bytes_max(info);
  check(*route);
  insert_path(info.path, route.get());
  for (const std::string& alias : info.aliases) {
    if (std::ranges::is_permutation(names_in(alias), names_in(info.path))) {
      insert_path(alias, route.get());
    } else {
      refuse(info, fmt::format("its alias {} has other names.", alias));
    }
  }
  routes_.push_back(std::move(route));
}

void Router::insert_path(const std::string& path, const Route* route) {
  const RouteInfo& info = route->info;
  if (!path.starts_with('/')) refuse(info, fmt::format("\"{}\" does not begin with /.", path));
  if (is_reserved(path)) refuse(info, path + " is reserved.", Code::conflict);
  Node* node = root_.get();
  std::vector<std::string> names;
  std::vector<std::string> parts = split(path);
  for (const std::string& part : parts) {
    if (!is_name(part)) {
      if (part.find_first_of("{}") != std::string::npos) {
        refuse(info, fmt::format("the part \"{}\" is neither literal nor a whole name.", part));
      }
      node = &node->literals[part];
      continue;
    }
    if (is_rest(part) && &part != &parts.back()) refuse(info, "a rest comes last.");
    names.push_back(name_in(part));
    std::unique_ptr<Node>& next = is_rest(part) ? node->rest : node->name;
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  auto [entry, is_new] = node->entries.try_emplace(info.method, route, std::move(names));
  if (!is_new) {
    refuse(info, fmt::format("{} is already the path of {}.", path, entry->second.route->info.name),
           Code::conflict);
  }
  if (names_in(path).empty()) literal_paths_[path] = node;
}

bool Router::is_reserved(std::string_view path) const {
  return std::ranges::any_of(reserved_,
                             [&](const auto& prefix) { return path.starts_with(prefix); });
}

Router::Match Router::find(Method method, std::string_view path) const {
  if (is_reserved(path)) return {};
  auto literal = literal_paths_.find(path);
  if (literal != literal_paths_.end()) {
    if (const Entry* entry = literal->second->find(method)) return {.route = entry->route};
  }
  return Search(method, path).run(*root_);
}

}  // namespace antiphon::http
