#include "engine/record/header.h"

#include <sodium.h>

#include <filesystem>
#include <fstream>

#include "engine/base/encoding.h"

namespace antiphon::record {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t hash_bytes = 16;
constexpr std::size_t piece_bytes = std::size_t{256} << 10;

class Hash {
 public:
  Hash() { ::crypto_generichash_init(&state_, nullptr, 0, hash_bytes); }
  void add(std::string_view bytes) {
    ::crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                bytes.size());
  }
  std::string hex() {
    std::string bytes(hash_bytes, '\0');
    ::crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(bytes.data()), hash_bytes);
    return to_hex(bytes);
  }

 private:
  crypto_generichash_state state_;
};

void add_file(Hash& hash, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string piece(piece_bytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    hash.add(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
  }
}

}  // namespace

std::string fingerprint_of(const std::string& path) {
  std::error_code failure;
  std::vector<fs::path> files;
  if (fs::is_regular_file(path, failure)) files.emplace_back(path);
  for (const auto& entry : fs::recursive_directory_iterator(path, failure)) {
    if (entry.is_regular_file(failure)) files.push_back(entry.path());
  }
  if (files.empty()) return "";
  std::ranges::sort(files);
  Hash hash;
  for (const fs::path& file : files) {
    hash.add(file.lexically_relative(path).string() + '\n');
    add_file(hash, file);
  }
  return hash.hex();
}

}  // namespace antiphon::record
