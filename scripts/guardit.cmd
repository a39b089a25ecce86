@echo off
rem Runs the GuardIT command line from a checkout, from any working directory, on the Node that "npm ci" installed.
setlocal
for %%I in ("%~dp0..") do set "GUARDIT_ROOT=%%~fI"
set "GUARDIT_NODE=%GUARDIT_ROOT%\node_modules\node\bin\node.exe"
if exist "%GUARDIT_NODE%" goto found
set "GUARDIT_NODE=node"
where /q node
if errorlevel 1 (
  >&2 echo guardit: Node is missing. Install Node 20 or newer, then run "npm ci" in "%GUARDIT_ROOT%".
  exit /b 1
)
node -e "const [a, b] = process.versions.node.split('.'); process.exit(a * 100 + b * 1 >= 2215 ? 0 : 1)"
if errorlevel 1 (
  >&2 echo guardit: This Node is too old to run GuardIT itself. Run "npm ci" in "%GUARDIT_ROOT%": it brings a newer one along.
  exit /b 1
)
:found
if not exist "%GUARDIT_ROOT%\dist\guardit.js" (
  >&2 echo guardit: This checkout is not built. Run "npm ci" in "%GUARDIT_ROOT%" first.
  exit /b 1
)
rem As in scripts/guardit: small heaps are for backups, the service's collections are short.
set GUARDIT_KIND=command
if "%~1"=="serve" set GUARDIT_KIND=service
if "%~1 %~2"=="repo check" set GUARDIT_KIND=check
set /p GUARDIT_FLAGS=<"%GUARDIT_ROOT%\scripts\%GUARDIT_KIND%.flags"
"%GUARDIT_NODE%" %GUARDIT_FLAGS% "%GUARDIT_ROOT%\dist\guardit.js" %*
exit /b %errorlevel%
