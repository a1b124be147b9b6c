#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/json.h"
#include "engine/schema/scalar.h"

namespace antiphon::schema {

/// Takes the pieces of a JSON text in order and fills a described value with them. Each call gives
/// whether reading may go on; what is wrong is added to `errors` with its pointer.
class JsonReader {
 public:
  JsonReader(Slot root, const ParseOptions& options, std::vector<FieldError>& errors);

  /// For an object that other sources fill as well (Input): `given` tells by field which are there
  /// already and then which are; what is missing is for the caller to say.
  void share_root(std::vector<bool>& given) { given_ = &given; }

  bool begin_array();
  bool end_array();
  bool begin_object();
  bool end_object();
  bool key(std::string_view key);
  bool text(std::string_view text);
  bool number(std::string_view digits);
  bool boolean(bool value);
  bool null();

  /// Adds what is wrong with the value that is being read.
  void refuse(Broken broken);
  /// Whether reading ended because of the limits of values or errors.
  bool stopped() const { return stopped_; }

 private:
  /// An array or object that is open. What cannot be stored is skipped: its slot has no type.
  struct Frame {
    Slot slot;
    bool is_array = false;
    std::string key;        // of the member that is being read
    std::size_t count = 0;  // of members or elements begun
    const Field* field = nullptr;
    bool skip_member = false;  // the key is unknown or a duplicate
    std::vector<bool> given;   // by field of a described object
    RawJson* raw = nullptr;    // where the text of `held` goes at the end
    std::unique_ptr<Value> held;
  };

  Slot next();
  Slot element_of(Frame& frame);
  bool open(bool is_array);
  bool close();
  template <class Store>
  bool scalar(Store store);
  bool choose_field(Frame& frame, std::string_view key);
  void check_members(const Frame& frame);
  void check_duplicates(const Value& object);
  bool may_be_null(const Slot& slot) const;
  std::string pointer() const;
  void refuse_at(std::string pointer, Broken broken);

  Slot root_;
  const ParseOptions& options_;
  std::vector<FieldError>& errors_;
  std::vector<bool>* given_ = nullptr;
  std::vector<Frame> frames_;
  std::size_t values_ = 0;
  bool stopped_ = false;
};

/// Feeds a JSON text to a reader. @throws Error{Code::too_large} above bytes_max
void parse_json(std::string_view json, JsonReader& reader, const ParseOptions& options);

}  // namespace antiphon::schema
