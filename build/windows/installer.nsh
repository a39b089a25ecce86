# What the installer does for the service, beside electron-builder's own steps. The order on an update: the old version's
# uninstaller runs first (customUnInstall, with isUpdated), then the new files are copied, then customInstall.

!define GUARDIT_SERVICE "$INSTDIR\resources\service\guardit-service.exe"

# SYSTEM and the Administrators, by their ids, since their names differ from language to language.
!define GUARDIT_SYSTEM "*S-1-5-18"
!define GUARDIT_ADMINS "*S-1-5-32-544"

!macro guarditRun COMMAND FAILURE
  nsExec::ExecToLog `${COMMAND}`
  Pop $0
  ${if} $0 != 0
    DetailPrint "${FAILURE} ($0)"
    MessageBox MB_OK|MB_ICONSTOP "${FAILURE} (code $0)." /SD IDOK
    Abort "${FAILURE}"
  ${endif}
!macroend

!macro customInstall
  # %ProgramData%, for all users.
  SetShellVarContext all
  CreateDirectory "$APPDATA\GuardIT"
  # Whoever made the folder before us would own it: first it is ours, then it is closed to everybody else, then what lies in it
  # gets the same rights. Without this the service must not start: its tokens would be anybody's.
  !insertmacro guarditRun '"$SYSDIR\icacls.exe" "$APPDATA\GuardIT" /setowner "${GUARDIT_ADMINS}" /T /L /Q' "The data folder can't be taken over"
  !insertmacro guarditRun '"$SYSDIR\icacls.exe" "$APPDATA\GuardIT" /inheritance:r /grant:r "${GUARDIT_SYSTEM}:(OI)(CI)F" "${GUARDIT_ADMINS}:(OI)(CI)F" /Q' "The data folder can't be protected"
  CreateDirectory "$APPDATA\GuardIT\logs"
  nsExec::ExecToLog '"$SYSDIR\icacls.exe" "$APPDATA\GuardIT\*" /reset /T /L /C /Q'
  Pop $0

  # An update finds the service registered: its definition is read anew at each start.
  nsExec::ExecToLog '"$SYSDIR\sc.exe" query GuardIT'
  Pop $0
  ${if} $0 != 0
    !insertmacro guarditRun '"${GUARDIT_SERVICE}" install' "The GuardIT service can't be installed"
  ${endif}
  !insertmacro guarditRun '"${GUARDIT_SERVICE}" start' "The GuardIT service can't be started"
!macroend

!macro customUnInstall
  # Before any file is touched. It waits until the service has ended, which finishes or cancels its jobs as it is set.
  ${if} ${FileExists} "${GUARDIT_SERVICE}"
    nsExec::ExecToLog '"${GUARDIT_SERVICE}" stopwait'
    Pop $0
    # Only when GuardIT really goes. The data folder stays in any case.
    ${ifNot} ${isUpdated}
      nsExec::ExecToLog '"${GUARDIT_SERVICE}" uninstall'
      Pop $0
    ${endIf}
  ${endIf}
!macroend
