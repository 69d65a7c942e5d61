// Run by azd before it deploys. azd remembers a hash of the trainer's module and, while its text is the same, changes nothing of the job but its image: what else it
// is given (WRN_ACCELERATOR, WRN_MAX_TRAINERS, WRN_MAX_JOB_HOURS) would never arrive, and a job that was deleted would not come back.

using System.Diagnostics;

using var process = Process.Start(new ProcessStartInfo("azd", ["env", "set", "SERVICE_TRAINER_TEMPLATE_HASH", "none"]) { UseShellExecute = false })!;
process.WaitForExit();
return process.ExitCode;
