@echo off
rem Runs the command wrn from this checkout, building it first when a source has changed.
setlocal
rem The SDK reports its use to its maker unless told not to.
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "ROOT=%~dp0"
set "PROGRAM=%ROOT%artifacts\bin\Cli\release\WrnCloud.Cli.dll"
set "STAMP=%ROOT%artifacts\wrn.stamp"
set "LOG=%ROOT%artifacts\wrn-build.log"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo wrn: the .NET SDK 10 is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
    exit /b 1
)

rem The local stack runs Azurite, which needs Node; the other commands do not.
if "%~1"=="up" call :node || exit /b 1
if "%~1"=="demo" call :node || exit /b 1

call :changed
if errorlevel 1 call :build || exit /b 1

dotnet "%PROGRAM%" %*
exit /b %ERRORLEVEL%

:node
where node >nul 2>nul
if errorlevel 1 (
    echo wrn: Node.js 20 or later is missing; Azurite needs it. Get it from https://nodejs.org 1>&2
    exit /b 1
)
node -e "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)"
if errorlevel 1 (
    echo wrn: Node.js is too old; Azurite needs version 20 or later. 1>&2
    exit /b 1
)
exit /b 0

rem Error level 1 when a source is newer than the last build.
:changed
if not exist "%PROGRAM%" exit /b 1
if not exist "%STAMP%" exit /b 1
powershell -NoProfile -Command "$t = (Get-Item -LiteralPath $env:STAMP).LastWriteTimeUtc; $paths = 'src','eng','Directory.Build.props','Directory.Packages.props','global.json','.editorconfig' | ForEach-Object { Join-Path $env:ROOT $_ }; if (Get-ChildItem -LiteralPath $paths -Recurse -Force | Where-Object { $_.FullName -notmatch '\\node_modules\\' -and $_.LastWriteTimeUtc -gt $t } | Select-Object -First 1) { exit 1 } else { exit 0 }"
exit /b %ERRORLEVEL%

:build
dotnet --list-sdks | findstr /r "^1[0-9]\." >nul
if errorlevel 1 (
    echo wrn: the .NET SDK 10 is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
    exit /b 1
)
echo building... 1>&2
if not exist "%ROOT%artifacts" mkdir "%ROOT%artifacts"
rem Taken before the build, so that a source saved during it is built next time.
type nul > "%STAMP%.new"
call :project TrainerJob || exit /b 1
call :project Cli || exit /b 1
move /y "%STAMP%.new" "%STAMP%" >nul
exit /b 0

rem From the checkout: the SDK is chosen by the global.json of the current folder. No blocks: a parenthesis in a path would end one.
:project
pushd "%ROOT%"
dotnet build "%ROOT%src\%~1\%~1.csproj" -c Release -v quiet --nologo -clp:NoSummary > "%LOG%" 2>&1
set "BUILT=%ERRORLEVEL%"
popd
if "%BUILT%"=="0" exit /b 0
type "%LOG%" 1>&2
echo wrn: the build failed; its output is above and in "%LOG%" 1>&2
exit /b 1
