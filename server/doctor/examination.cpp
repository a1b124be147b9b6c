#include "server/doctor/examination.h"

#include "server/doctor/place_check.h"
#include "server/doctor/settings_check.h"
#include "server/doctor/speech_check.h"

namespace antiphon::server::doctor {
namespace {

// A check that gives one finding.
Task<Findings> alone(Task<Finding> check) {
  Findings findings;
  findings.push_back(co_await std::move(check));
  co_return findings;
}

// What is known without waiting.
Task<Findings> known(Findings findings) { co_return findings; }

http::ClientOptions client_of_doctor(TlsClient& tls, Duration time_max) {
  return {.reach = http::Reach::everywhere,
          .limits = {.first_byte_time = time_max},
          .tls = &tls,
          .name = "doctor"};
}

}  // namespace

Examination::Examination(Parts parts, Options options, Show show)
    : parts_(std::move(parts)),
      options_(options),
      show_(std::move(show)),
      client_(parts_.network, client_of_doctor(tls_, options_.time_max)),
      tasks_([](const std::exception_ptr& failure) { std::rethrow_exception(failure); }) {}

Task<Report> Examination::run() {
  const Settings& settings = parts_.settings;
  add("configuration", [&] { return known(check_settings(settings, parts_.keys_set)); });
  add_place();
  add_speech();
  add_models();
  co_await tasks_.join();
  co_await client_.stop();
  Findings all;
  for (Section& section : sections_) {
    std::ranges::move(section.findings, std::back_inserter(all));
  }
  co_return make_report(std::move(all));
}

void Examination::add_place() {
  const Settings& settings = parts_.settings;
  Outside outside{parts_.network, &tls_, options_.time_max};
  Timestamp now = Core::here().clock().now();
  add("clock", [=] { return known({check_clock(now, program_time())}); });
  add("data folder", [&] { return known(check_data_folder(settings)); });
  add("database", [=, &settings, apps = parts_.apps] {
    return alone(check_database(outside, &settings, apps));
  });
  add("address", [&] { return known({check_address(settings, parts_.network)}); });
  add("certificate", [=, &settings] { return known(check_certificate(settings.tls, now)); });
  if (settings.trace.endpoint.empty()) return;
  add("traces", [=, &settings] {
    return alone(reach(outside, "traces", settings.trace.endpoint, "trace.endpoint"));
  });
}

void Examination::add_speech() {
  const SpeechSettings& speech = parts_.settings.speech;
  Outside outside{parts_.network, &tls_, options_.time_max};
  add("programs", [&] { return known(check_programs(parts_.settings)); });
  add("embedded recogniser",
      [=, &speech] { return alone(check_embedded_recogniser(outside, speech)); });
  for (const auto& server : speech.recognisers) {
    add("recogniser " + server.name,
        [=, this, &server] { return check_recogniser(outside, &client_, server); });
  }
  for (const auto& server : speech.voices) {
    add("voice " + server.name,
        [=, this, &server] { return check_voice(outside, &client_, server); });
  }
}

void Examination::add_models() {
  const Settings& settings = parts_.settings;
  Asking asking{.outside = {parts_.network, &tls_, options_.time_max},
                .client = client_,
                .is_deep = options_.is_deep};
  add("prices", [&] { return known(check_prices(settings)); });
  for (const ProviderCase& provider : provider_cases(settings)) {
    add("provider " + provider.settings.name, [=] { return check_provider(asking, provider); });
  }
}

void Examination::add(std::string subject, std::function<Task<Findings>()> look) {
  sections_.push_back({.subject = std::move(subject)});
  tasks_.spawn(this->look(&sections_.back(), std::move(look)));
}

Task<> Examination::look(Section* section, std::function<Task<Findings>()> look) {
  try {
    section->findings = co_await look();
  } catch (const Error& error) {
    section->findings.push_back(
        {.subject = section->subject, .health = Health::problem, .message = error.message()});
  }
  Discretion discretion(secrets_of(parts_.settings));
  for (Finding& finding : section->findings) discretion.clean(finding);
  section->is_done = true;
  show_what_is_next();
}

void Examination::show_what_is_next() {
  for (; shown_ < sections_.size() && sections_[shown_].is_done; ++shown_) {
    for (const Finding& finding : sections_[shown_].findings) show_(finding);
  }
}

}  // namespace antiphon::server::doctor
