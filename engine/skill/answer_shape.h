#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/clock.h"
#include "engine/model/chat.h"
#include "engine/schema/type.h"

namespace antiphon::skill {

/// What an answer must look like, for models.
struct AnswerShape {
  std::string name;
  std::string schema;  ///< JSON Schema on one line; what it refers to is in it
  std::string hash;
};
/// @param type  of a described struct
AnswerShape make_answer_shape(const schema::Type& type);

/// By what an answer is held to its shape. Models that lack the first are asked by the next.
enum class Hold {
  schema,  ///< by the provider
  json,    ///< the provider sees to JSON, the prompt says which
  text     ///< the prompt alone
};

/// The output to ask a provider for.
model::OutputShape output_of(const AnswerShape& shape, Hold hold);
/// What is said to the model of its answer; the schema too where the provider does not see to it.
std::string instructions_of(const AnswerShape& shape, Hold hold);

/// Remembers by what the models behind a target can be held, so that not every question is asked
/// twice. Models may be given other capabilities, or others stand in: it forgets.
class Holds {
 public:
  static constexpr Duration kept = std::chrono::minutes(1);

  Hold first(const std::string& key, Instant now) const;
  void learn(const std::string& key, Hold hold, Instant now);

 private:
  struct Learnt {
    Hold hold = Hold::schema;
    Instant at;
  };
  std::map<std::string, Learnt> learnt_;  // by skill and target, which are the program's own
};

}  // namespace antiphon::skill
