// antiphon-speech MODEL_DIRECTORY: loads PocketSphinx once, then forks a worker for every socket
// that the server hands over (engine/speech/worker_protocol.h). The workers share the model's
// pages.

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/error.h"
#include "speech/worker.h"

namespace antiphon::speech {
namespace {

// The next socket to serve; -1 when the server has gone.
int receive_socket() {
  char byte;
  iovec data{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  ssize_t count;
  do {
    count = ::recvmsg(control_descriptor, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  cmsghdr* head = count > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (!head || head->cmsg_type != SCM_RIGHTS) return -1;
  int socket;
  ::memcpy(&socket, CMSG_DATA(head), sizeof socket);
  return socket;
}

int work(int socket, Decoder& decoder) {
  ::close(control_descriptor);
  try {
    serve(socket, decoder);
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "antiphon-speech: a worker ends: {}\n", failure.what());
    return 1;
  }
}

// A worker that cannot be forked shows at the other side as a closed socket.
void serve_sockets(Decoder& decoder) {
  for (int socket; (socket = receive_socket()) >= 0; ::close(socket)) {
    if (::fork() == 0) ::_exit(work(socket, decoder));
  }
}

void refuse_sockets(const std::string& why) {
  for (int socket; (socket = receive_socket()) >= 0; ::close(socket)) {
    send_all(socket, encode(MessageType::failed, why));
  }
}

}  // namespace
}  // namespace antiphon::speech

int main(int count, char** arguments) {
  using namespace antiphon;
  if (count != 2) {
    fmt::print(stderr, "antiphon-speech is started by antiphon.\n");
    return 2;
  }
  ::signal(SIGCHLD, SIG_IGN);  // the system reaps the workers
  // A server that is killed does not wait for a model to be loaded. Workers are not meant: they end
  // with their sockets.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::optional<speech::Decoder> decoder;
  try {
    decoder.emplace(arguments[1]);
  } catch (const Error& failure) {
    speech::refuse_sockets(failure.message());
    return 1;
  }
  speech::serve_sockets(*decoder);
  return 0;
}
