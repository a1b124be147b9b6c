#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antiphon::http {

/// Header fields in their order; names match in any case (RFC 9110, 5.1).
class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The value of the first field with this name; null when there is none.
  const std::string* find(std::string_view name) const;
  /// The same; "" when there is none.
  std::string_view get(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// Whether a comma-separated list under this name holds `token`, in any case.
  bool has_token(std::string_view name, std::string_view token) const;

  void add(std::string_view name, std::string_view value);
  /// Replaces every field with this name.
  void set(std::string_view name, std::string_view value);
  /// Adds the field unless there is one already.
  void set_default(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// Equal but for ASCII case.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace antiphon::http
