#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/http/gate.h"
#include "engine/http/kept_answer.h"
#include "engine/http/message.h"
#include "engine/http/reply_shape.h"
#include "engine/http/takeover.h"

namespace antiphon::http {

/// A route as the server runs it: the declaration, the shapes of input and reply, and the handler
/// with its types erased.
struct Route {
  RouteInfo info;
  const schema::Type* input = nullptr;  ///< null: none, or raw
  const schema::Type* reply = nullptr;  ///< null: none, or raw
  /// What `fields=` chooses from (E-14): the reply of a GET, the items of a page; null: nothing.
  const schema::Type* chosen_from = nullptr;
  Handle handle;
  /// Gives nothing once it took the socket, else the answer.
  std::function<Task<std::optional<Response>>(Call, Request, Takeover)> take_over;
};

/// All routes of a server. Built at start, then only read; one per core or shared.
///
/// A template's parts are literal, `{name}` (one part, not empty) or, last, `{name...}` (the rest,
/// slashes included, possibly empty). A literal part goes before a name; a template with a rest
/// comes in only where no other has the path. A slash at the end makes another path.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;

  /// Adds a route. The handler is one of
  ///   Task<Reply>(Call, Input)            typed: Input from path, then query or JSON body
  ///   Task<Reply>(Call)                   typed, without input
  ///   Task<Reply>(Call, Input, Uploads)   a form: Input from path and texts, files by `uploads`
  ///   Task<Response>(Call, Request)       raw: files, streams
  ///   Task<>(Call, Request, Takeover)     takes the socket: WebSocket
  ///   Task<std::optional<Response>>(Call, Request, Takeover)
  ///                                       answers, or takes the socket and gives nothing
  /// where Reply is a described struct, Created<T>, Page<T>, NoContent or Response.
  /// @throws Error{Code::conflict} when the path is taken; Error{Code::invalid} for a bad template,
  ///         a missing permission, or a `{name}` that is no field of Input
  template <class F>
  void add(RouteInfo info, F handler);

  /// The same for a method of `object`, which outlives the router: add(info, this, &Takes::open).
  template <class T, class R, class... A>
  void add(RouteInfo info, T* object, Task<R> (T::*method)(A...)) {
    add(std::move(info), [object, method](A... arguments) -> Task<R> {
      return (object->*method)(std::move(arguments)...);
    });
  }

  /// Keeps all paths below `prefix` ("/ws/voice/") free: nothing can be added there, by name or
  /// template, and nothing is found. Called before routes are added.
  void reserve(std::string prefix) { reserved_.push_back(std::move(prefix)); }

  struct Match {
    const Route* route = nullptr;  ///< null: not found, or not with this method
    Parameters parameters;         ///< decoded
    std::vector<Method> allowed;   ///< methods of the path; empty: no such path
  };
  /// @param path  percent-encoded, as in Request; HEAD finds the route of GET
  Match find(Method method, std::string_view path) const;

  /// In the order they were added.
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  struct Node;
  struct Entry;
  class Search;
  void insert(std::unique_ptr<Route> route);
  void insert_path(const std::string& path, const Route* route);

  bool is_reserved(std::string_view path) const;

  struct PathHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unique_ptr<Node> root_;
  /// The end of every path without names: most requests are for one of these.
  std::unordered_map<std::string, const Node*, PathHash, std::equal_to<>> literal_paths_;
  std::vector<std::string> reserved_;
  std::vector<std::unique_ptr<Route>> routes_;
};

/// Has `reply` stored along with the next write of `call`, if that was sent with an
/// Idempotency-Key: then a repetition gets it even when the server ended before it was sent. A
/// handler that does not know its reply before it writes leaves this out.
template <class Reply>
void keep_answer(const Call& call, const Reply& reply);

/// The names of a template in their order: "/takes/{takeId}" has "takeId".
std::vector<std::string> names_in(std::string_view path_template);

namespace detail {

/// Fills the input at `target`, a default-constructed value of the route's, from path, query and
/// body, and gives the fields that the reply shall have. Every broken field is reported at once.
/// Route, with its handler, and request outlive the tasks.
Task<schema::FieldChoice> read_input(const Route* route, const Request* request, void* target);
/// The same from a form, whose files it gives.
Task<Uploads> read_form_input(const Route* route, Call call, const Request* request, void* target);
/// The same for a route without input.
schema::FieldChoice read_choice(const Route& route, const Request& request);

template <class Input, class Reply, class F>
Task<Response> run_typed(F* handler, const Route* route, Call call, const Request* request) {
  Input input{};
  auto choice = co_await read_input(route, request, &input);
  Reply reply = co_await (*handler)(std::move(call), std::move(input));
  co_return ReplyOf<Reply>::make(route->info.success, std::move(reply), choice);
}

template <class Input, class Reply, class F>
Task<Response> run_form(F* handler, const Route* route, Call call, const Request* request) {
  Input input{};
  Uploads uploads = co_await read_form_input(route, call, request, &input);
  Reply reply = co_await (*handler)(std::move(call), std::move(input), std::move(uploads));
  co_return ReplyOf<Reply>::make(route->info.success, std::move(reply), {});
}

template <class Reply, class F>
Task<Response> run_plain(F* handler, const Route* route, Call call, const Request* request) {
  auto choice = read_choice(*route, *request);
  // The fingerprint of a request that is to take effect once is that of its whole body.
  if (call.once()) co_await skip_body(request);
  Reply reply = co_await (*handler)(std::move(call));
  co_return ReplyOf<Reply>::make(route->info.success, std::move(reply), choice);
}

template <class F>
Task<std::optional<Response>> run_takeover(F* handler, Call call, Request request,
                                           Takeover takeover) {
  co_await (*handler)(std::move(call), std::move(request), takeover);
  co_return std::nullopt;
}

/// Reply and argument types of a callable without overloads, as std::function deduces them.
template <class Function>
struct Signature;
template <class R, class... A>
struct Signature<std::function<R(A...)>> {
  using Reply = typename R::value_type;
  using Arguments = std::tuple<std::decay_t<A>...>;
};

template <class Reply>
void fill_reply(Route& route) {
  using Shape = ReplyOf<Reply>;
  route.reply = Shape::type();
  if (route.info.method == Method::get) route.chosen_from = Shape::chosen_from();
  if (route.info.success == 0) route.info.success = Shape::status;
}

template <class F>
void fill_route(Route& route, F handler) {
  using Shape = Signature<decltype(std::function(handler))>;
  using Reply = typename Shape::Reply;
  using Arguments = typename Shape::Arguments;
  constexpr std::size_t count = std::tuple_size_v<Arguments>;
  using Last = std::tuple_element_t<count - 1, Arguments>;
  // The route's address is final (Router holds it by pointer), so handlers may point at it.
  const Route* self = &route;
  auto shared = std::make_shared<F>(std::move(handler));
  if constexpr (std::is_same_v<Last, Uploads>) {
    using Input = std::tuple_element_t<1, Arguments>;
    route.input = &schema::of<Input>();
    fill_reply<Reply>(route);
    route.handle = [shared, self](Call call, const Request& request) {
      return run_form<Input, Reply>(shared.get(), self, std::move(call), &request);
    };
  } else if constexpr (std::is_same_v<Last, Takeover>) {
    route.info.is_takeover = true;
    route.info.success = 101;
    route.take_over = [shared](Call call, Request request, Takeover takeover) {
      if constexpr (std::is_void_v<Reply>) {
        return run_takeover(shared.get(), std::move(call), std::move(request), takeover);
      } else {
        return (*shared)(std::move(call), std::move(request), takeover);
      }
    };
  } else if constexpr (count == 1) {
    fill_reply<Reply>(route);
    route.handle = [shared, self](Call call, const Request& request) {
      return run_plain<Reply>(shared.get(), self, std::move(call), &request);
    };
  } else if constexpr (std::is_same_v<Last, Request>) {
    if (route.info.success == 0) route.info.success = 200;
    route.handle = [shared](Call call, const Request& request) {
      return (*shared)(std::move(call), request);
    };
  } else {
    route.input = &schema::of<Last>();
    fill_reply<Reply>(route);
    route.handle = [shared, self](Call call, const Request& request) {
      return run_typed<Last, Reply>(shared.get(), self, std::move(call), &request);
    };
  }
}

}  // namespace detail

template <class Reply>
void keep_answer(const Call& call, const Reply& reply) {
  if (!call.once()) return;
  using Shape = detail::ReplyOf<Reply>;
  call.once()->answer = kept_answer(Shape::make(Shape::status, reply, {}));
}

template <class F>
void Router::add(RouteInfo info, F handler) {
  auto route = std::make_unique<Route>();
  route->info = std::move(info);
  detail::fill_route(*route, std::move(handler));
  insert(std::move(route));
}

}  // namespace antiphon::http
