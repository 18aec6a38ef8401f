//! Stack overflows.

/// Not the allocator of libFuzzer, which could not report an overflow within its own allocator.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// The size of the signal handler's stack, in bytes.
#[cfg(unix)]
const SIZE: usize = 256 * 1024;

/// Lets libFuzzer report a stack overflow like any other crash: its signal handler needs a stack of
/// its own, and only runs there if the previous handler did.
#[cfg(unix)]
pub fn report_overflows() {
    let stack = libc::stack_t {
        ss_sp: Box::leak(vec![0u8; SIZE].into_boxed_slice()).as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: SIZE,
    };
    // SAFETY: the stack is never freed, and an action of zeroes is the default action.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_flags = libc::SA_ONSTACK;
        libc::sigaltstack(&stack, std::ptr::null_mut());
        libc::sigaction(libc::SIGSEGV, &action, std::ptr::null_mut());
    }
}

/// On other systems, a stack overflow may end libFuzzer without a report.
#[cfg(not(unix))]
pub fn report_overflows() {}
