#pragma once

#include "engine/http/message.h"
#include "engine/http/reply.h"
#include "engine/schema/fields.h"

namespace antiphon::http::detail {

Response make_reply(int status, const schema::Type& type, const void* value,
                    const schema::FieldChoice& choice);

// How each shape of reply is told.
template <class Reply>
struct ReplyOf {
  static constexpr int status = 200;
  static const schema::Type* type() { return &schema::of<Reply>(); }
  static const schema::Type* chosen_from() { return type(); }
  static Response make(int success, const Reply& reply, const schema::FieldChoice& choice) {
    return make_reply(success, *type(), &reply, choice);
  }
};
template <class T>
struct ReplyOf<Page<T>> {
  static constexpr int status = 200;
  static const schema::Type* type() { return &schema::of<Page<T>>(); }
  static const schema::Type* chosen_from() { return &schema::of<T>(); }
  static Response make(int success, const Page<T>& reply, const schema::FieldChoice& choice) {
    if (choice.is_all()) return make_reply(success, *type(), &reply, choice);
    return make_reply(success, *type(), &reply, {{{"items", choice}, {"nextCursor", {}}}});
  }
};
template <class T>
struct ReplyOf<Created<T>> {
  static constexpr int status = 201;
  static const schema::Type* type() { return &schema::of<T>(); }
  static const schema::Type* chosen_from() { return type(); }
  static Response make(int success, const Created<T>& reply, const schema::FieldChoice& choice) {
    Response response = make_reply(success, *type(), &reply.value, choice);
    response.headers.set("Location", reply.location);
    return response;
  }
};
template <>
struct ReplyOf<NoContent> {
  static constexpr int status = 204;
  static const schema::Type* type() { return nullptr; }
  static const schema::Type* chosen_from() { return nullptr; }
  static Response make(int success, NoContent, const schema::FieldChoice&) {
    return {.status = success};
  }
};
template <>
struct ReplyOf<Response> {
  static constexpr int status = 200;
  static const schema::Type* type() { return nullptr; }
  static const schema::Type* chosen_from() { return nullptr; }
  static Response make(int, Response reply, const schema::FieldChoice&) { return reply; }
};

}  // namespace antiphon::http::detail
