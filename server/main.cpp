// The program: the one place that names every app.

#include "apps/director/director.h"
#include "server/commands/command_line.h"

int main(int argc, char** argv) {
  return antiphon::server::run(argc, argv, {&antiphon::director::info()});
}
