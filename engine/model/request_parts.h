#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/model/chat_model.h"
#include "engine/schema/value.h"

namespace antiphon::model {

/// What a question wants that a model does not have; nothing where it has all (E-94).
std::optional<ProviderFailure> find_lack(const ChatRequest& request,
                                         const ModelCapabilities& capabilities);

/// A question that cannot be written as its provider wants it. Thrown by what writes bodies, and
/// caught in one place.
struct BadQuestion {
  std::string why;  ///< without a text of the conversation
  ProviderFailure::Kind kind = ProviderFailure::Kind::bad_request;
};

/// JSON that came as text, which must be an object: schemas, arguments. "" is an empty one.
/// @param what  for the message: "the arguments of a call" @throws BadQuestion
schema::Value read_object(std::string_view json, std::string_view what);

/// The name of the tool whose call a message answers, of the last such call before it.
/// @throws BadQuestion when there is none
std::string_view called_tool(std::span<const Message> messages, std::size_t answer_at);

/// All texts of the system, joined: for providers that take them apart from the conversation.
std::string system_text(std::span<const Message> messages);

/// A call's id carries what its provider wants to see again with it, behind this mark, so that it
/// stays with the call on its way through clients that know nothing of it.
inline constexpr std::string_view call_id_mark = "~sig~";
std::string marked_call_id(std::string_view id, std::string_view signature);
std::string_view plain_call_id(std::string_view id);
std::string_view call_signature(std::string_view id);  ///< "": none

}  // namespace antiphon::model
