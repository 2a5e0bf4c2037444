-- Keeps wrk awake. A server that is slower than wrk finds it asleep after each answer and has to wake it: 5 to 15 µs
-- on a virtual machine, on the server's account, that one as fast as wrk never pays, nor any server that answers
-- over a network. An event that is always there keeps wrk's loop turning.
local with, ffi = pcall(require, "ffi")

function stay_awake()
  if not with or ffi.os ~= "Linux" then return end
  ffi.cdef([[
    typedef union { int fd; uint64_t all; } awake_data;
    struct awake_event { uint32_t events; awake_data data; }]] ..
    (ffi.arch == "x64" and " __attribute__((packed));" or ";") .. [[
    int eventfd(unsigned int, int);
    int epoll_ctl(int, int, int, struct awake_event *);
    long readlink(const char *, char *, unsigned long);
  ]])
  local ready, name = ffi.C.eventfd(1, 0), ffi.new("char[64]")
  for number = 0, 63 do
    local length = ffi.C.readlink("/proc/self/fd/" .. number, name, 64)
    if length > 0 and ffi.string(name, length) == "anon_inode:[eventpoll]" then
      local event = ffi.new("struct awake_event")
      event.events, event.data.fd = 1, ready
      ffi.C.epoll_ctl(number, 1, ready, event)
    end
  end
end

