#include "test/system/fault_rig.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/schema/json.h"

namespace antiphon::testing {
namespace {

constexpr int whole_ms = 500;  // that an instance has for a whole answer, where that is the fault
constexpr double tokens_of_price = 1'000'000;

std::string provider_toml(std::string_view name, Speaks kind, std::string_view host,
                          std::string_view limits) {
  return fmt::format("[[providers]]\nname = \"{}\"\nkind = \"{}\"\nurl = \"http://{}\"\n{}\n", name,
                     to_text(kind), host, limits);
}

std::string instance_toml(std::string_view name, std::string_view more = "") {
  return fmt::format("[[gateway.instances]]\nname = \"{}\"\nmodels = [\"{}\"]\n{}\n", name, name,
                     more);
}

std::string group_toml(const FaultRow& row) {
  std::string toml = fmt::format("[[gateway.groups]]\nname = \"{}\"\nmembers = [\"{}\"]\n",
                                 row.group(), row.model());
  if (!row.has_second) return toml;
  return toml + fmt::format(
                    "fallback = [\"{0}\"]\n"
                    "[[gateway.groups]]\nname = \"{0}\"\nmembers = [\"{0}\"]\n",
                    row.second_model());
}

std::string row_toml(const FaultRow& row, std::string_view upstream, std::string_view refusing) {
  const Fault& fault = *row.fault;
  bool is_timed = fault.is_slow && !row.is_streamed;
  std::string toml =
      provider_toml(row.model(), row.kind, fault.is_refusing ? refusing : upstream, fault.limits) +
      instance_toml(row.model(), is_timed ? fmt::format("total_ms = {}", whole_ms) : "") +
      group_toml(row);
  if (!row.has_second) return toml;
  return toml + provider_toml(row.second_model(), row.kind, upstream, "") +
         instance_toml(row.second_model());
}

const schema::Value* found_at(const schema::Value& object, std::string_view name) {
  const schema::Value* found = object.is_object() ? object.find(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

// A chunk of a stream, or a whole answer: both have choices.
void read_choice(const schema::Value& json, std::string_view content_in, ClientView& view) {
  if (const auto* error = found_at(json, "error")) {
    const auto* code = found_at(*error, "code");
    view.code = code ? code->text() : "none";
    return;
  }
  const auto* choices = found_at(json, "choices");
  if (!choices || choices->items().empty()) return;
  const schema::Value& choice = choices->items()[0];
  const auto* said = found_at(choice, content_in);
  const auto* content = said ? found_at(*said, "content") : nullptr;
  if (content) view.text += content->text();
}

bool tells_finish(const schema::Value& json) {
  const auto* choices = found_at(json, "choices");
  return choices && !choices->items().empty() &&
         found_at(choices->items()[0], "finish_reason") != nullptr;
}

void read_stream(std::string_view body, ClientView& view) {
  constexpr std::string_view start = "data: ";
  bool has_finish = false;
  bool is_done = false;
  for (std::size_t at = body.find(start); at != std::string_view::npos;
       at = body.find(start, at + 1)) {
    std::string_view data = body.substr(at + start.size());
    data = data.substr(0, data.find('\n'));
    if (data == "[DONE]") {
      is_done = true;
      continue;
    }
    schema::Value json = schema::parse_value(std::string(data));
    read_choice(json, "delta", view);
    has_finish = has_finish || tells_finish(json);
  }
  view.is_complete = has_finish && is_done && view.code.empty();
}

}  // namespace

std::string FaultRow::name() const {
  return fmt::format("{} ({}), {}, {}, {}", fault->says, fault->then, to_text(kind),
                     is_streamed ? "streamed" : "whole", has_second ? "with a second" : "alone");
}

std::string FaultRow::question() const {
  return fmt::format(
      R"({{"model":"{}","messages":[{{"role":"user","content":"Say four words."}}]{}}})", group(),
      is_streamed ? R"(,"stream":true)" : "");
}

std::vector<FaultRow> rows_of(const std::vector<Fault>& faults) {
  std::vector<FaultRow> rows;
  for (const Fault& fault : faults) {
    for (bool is_streamed : {true, false}) {
      if (is_streamed ? !fault.is_streamed : !fault.is_whole) continue;
      for (Speaks kind : fault.kinds) {
        for (bool has_second : {false, true}) {
          rows.push_back({.fault = &fault,
                          .kind = kind,
                          .is_streamed = is_streamed,
                          .has_second = has_second,
                          .number = rows.size()});
        }
      }
    }
  }
  return rows;
}

std::string config_of(const std::vector<FaultRow>& rows, std::string_view upstream,
                      std::string_view refusing) {
  std::string toml = fmt::format(
      "[gateway]\ncheck_every_ms = 0\n"
      "[[gateway.prices]]\nmodel = \"*\"\ninput = {}\noutput = {}\n",
      price_in * tokens_of_price, price_out * tokens_of_price);
  for (const FaultRow& row : rows) toml += row_toml(row, upstream, refusing);
  return toml;
}

std::string script_of(const std::vector<FaultRow>& rows) {
  std::string rules;
  for (const FaultRow& row : rows) {
    if (row.fault->then.empty()) continue;
    rules += fmt::format(R"({}{{"model":"{}","then":{{"text":"{}",{}}}}})",
                         rules.empty() ? "" : ",", row.model(), faultless_text, row.fault->then);
  }
  return fmt::format(R"({{"rules":[{}],"otherwise":{{"text":"{}"}}}})", rules, faultless_text);
}

ClientView read_answer(const http::ClientResponse& answer) {
  ClientView view{.status = answer.status};
  if (answer.headers.get("Content-Type").starts_with("text/event-stream")) {
    read_stream(answer.body, view);
    return view;
  }
  schema::Value json = schema::parse_value(answer.body);
  read_choice(json, "message", view);
  view.is_complete = answer.status == 200 && tells_finish(json);
  return view;
}

int count_words(std::string_view text) {
  int words = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    words += text[at] != ' ' && (at == 0 || text[at - 1] == ' ') ? 1 : 0;
  }
  return words;
}

std::string words_for(const ClientView& view) {
  if (view.status != 200) return fmt::format("{} `{}`", view.status, view.code);
  int words = count_words(view.text);
  if (!view.is_complete) {
    return fmt::format("{} word{}, then `{}`", words, words == 1 ? "" : "s", view.code);
  }
  if (view.text == faultless_text) return "the whole answer";
  // The first line is the one that breaks.
  return faultless_text.ends_with(view.text) && words == faultless_words - 1
             ? "the answer without that line"
             : fmt::format("\"{}\"", view.text);
}

}  // namespace antiphon::testing
