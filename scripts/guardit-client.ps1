#requires -Version 5.1
<#
.SYNOPSIS
Tells GuardIT about backup tasks that run on this machine: registers them and reports their status.

.DESCRIPTION
Works in Windows PowerShell 5.1 and in PowerShell 7. It never makes a backup script fail because GuardIT is away: then it
warns, keeps a status in a spool and exits with 0 (see docs/guide/scripts.md). Dot-sourced it only defines functions;
Invoke-GuardIT takes the parameters of this script. guardit-client.sh is its twin for POSIX shells.

Exit codes: 0 done, or GuardIT is away or refuses and this was said as a warning; 64 wrong call.
With -Strict also: 65 refused, 66 task not registered, 70 unexpected trouble, 75 not reached (a status waits in the spool),
77 not allowed.

.PARAMETER Action
Register, Status, Get, List, Update, Delete, History or Flush (sends statuses that could not be sent before).

.PARAMETER TaskID
The task's name, for example prod-01-db. Default: the environment's GUARDIT_TASK_ID.

.PARAMETER GuardITURL
Default: the environment's GUARDIT_URL, else http://127.0.0.1:3000

.PARAMETER Status
running, completed, failed, error, warning or unknown.

.PARAMETER Progress
0 to 100.

.PARAMETER Data
JSON as text, or an object that becomes JSON.

.PARAMETER TokenFile
A file with a token in its first line. Default: the environment's GUARDIT_TOKEN_FILE; for GuardIT on this machine
tokens\reporter.token of its data folder, where that can be read.

.PARAMETER SpoolFolder
Where a status waits that can't be sent.

.PARAMETER TimeoutSec
For one attempt, default 5.

.PARAMETER Retries
Further attempts, default 2.

.PARAMETER RetryDelaySec
Before the first further attempt, doubled each time, default 1.

.PARAMETER Strict
Exit with a code other than 0 when GuardIT refuses or can't be reached.

.EXAMPLE
.\guardit-client.ps1 -Action Register -TaskID "prod-01-db" -DisplayName "Database" -TaskType "database" -GuardITURL "http://guardit-server:3000"

.EXAMPLE
.\guardit-client.ps1 -Action Status -TaskID "prod-01-db" -Status "running" -Message "45% complete" -Progress 45
#>
[CmdletBinding()]
param(
    # Without types and checks: dot-sourced, these become variables of the calling script, which may use such names for its own
    # values. Invoke-GuardITCall checks them.
    $Action,
    $TaskID,
    $DisplayName,
    $TaskType,
    $Description,
    $GuardITURL,
    $Status,
    $Message,
    $Progress,
    $Data,
    $ServerID,
    $ExpectedSchedule,
    $GraceMinutes,
    $MaxDurationMinutes,
    $IsActive,
    $Page,
    $Limit,
    $TokenFile,
    $SpoolFolder,
    $TimeoutSec,
    $Retries,
    $RetryDelaySec,
    [switch]$Strict
)

# What goes over the wire. The functions below read these tables, and so does the test that holds this script and
# guardit-client.sh to the same golden requests (test/integration/clients).
function Get-GuardITContract {
    return @{
        UserAgent   = 'guardit-client/1'
        Accept      = 'application/json'
        ContentType = 'application/json'
        # Path: {Parameter} stands for its value, percent-encoded. Body: members in this order, those that were given.
        Actions     = @{
            Register = @{
                Method = 'POST'
                Path   = '/api/tasks/register'
                Needs  = @('TaskID', 'DisplayName', 'TaskType')
                Body   = @('taskId', 'displayName', 'taskType', 'description', 'serverId', 'expectedSchedule', 'graceMinutes', 'maxDurationMinutes', 'isActive')
            }
            Status   = @{
                Method = 'POST'
                Path   = '/api/status/{TaskID}'
                Needs  = @('TaskID', 'Status')
                Body   = @('status', 'message', 'progress', 'data')
            }
            Get      = @{
                Method = 'GET'
                Path   = '/api/tasks/{TaskID}'
                Needs  = @('TaskID')
                Body   = @()
            }
            List     = @{
                Method = 'GET'
                Path   = '/api/tasks'
                Needs  = @()
                Body   = @()
            }
            ListType = @{
                Method = 'GET'
                Path   = '/api/tasks/type/{TaskType}'
                Needs  = @('TaskType')
                Body   = @()
            }
            Update   = @{
                Method = 'PUT'
                Path   = '/api/tasks/{TaskID}'
                Needs  = @('TaskID')
                Body   = @('displayName', 'taskType', 'description', 'serverId', 'expectedSchedule', 'graceMinutes', 'maxDurationMinutes', 'isActive')
            }
            Delete   = @{
                Method = 'DELETE'
                Path   = '/api/tasks/{TaskID}'
                Needs  = @('TaskID')
                Body   = @()
            }
            History  = @{
                Method = 'GET'
                Path   = '/api/history/{TaskID}'
                Needs  = @('TaskID')
                Body   = @()
                Query  = @('page', 'limit')
            }
        }
        Fields      = @{
            taskId             = @{ Parameter = 'TaskID'; Kind = 'Text' }
            displayName        = @{ Parameter = 'DisplayName'; Kind = 'Text' }
            taskType           = @{ Parameter = 'TaskType'; Kind = 'Text' }
            description        = @{ Parameter = 'Description'; Kind = 'Text' }
            serverId           = @{ Parameter = 'ServerID'; Kind = 'Text' }
            expectedSchedule   = @{ Parameter = 'ExpectedSchedule'; Kind = 'Text' }
            graceMinutes       = @{ Parameter = 'GraceMinutes'; Kind = 'Whole' }
            maxDurationMinutes = @{ Parameter = 'MaxDurationMinutes'; Kind = 'Whole' }
            isActive           = @{ Parameter = 'IsActive'; Kind = 'Flag' }
            status             = @{ Parameter = 'Status'; Kind = 'Text' }
            message            = @{ Parameter = 'Message'; Kind = 'Text' }
            progress           = @{ Parameter = 'Progress'; Kind = 'Whole' }
            data               = @{ Parameter = 'Data'; Kind = 'Json' }
            page               = @{ Parameter = 'Page'; Kind = 'Whole' }
            limit              = @{ Parameter = 'Limit'; Kind = 'Whole' }
        }
        # The other control characters become \u00xx, everything else stays as it is. ConvertTo-Json would write other bytes
        # in Windows PowerShell than in PowerShell 7.
        Escapes     = @{ 8 = '\b'; 9 = '\t'; 10 = '\n'; 12 = '\f'; 13 = '\r'; 34 = '\"'; 92 = '\\' }
        Unreserved  = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'
    }
}

# ---- Bytes ----------------------------------------------------------------------------------------------------------

function ConvertTo-GuardITJsonText {
    param([string]$Text)
    $escapes = (Get-GuardITContract).Escapes
    $json = New-Object System.Text.StringBuilder
    foreach ($character in $Text.ToCharArray()) {
        $code = [int]$character
        if ($escapes.ContainsKey($code)) {
            [void]$json.Append([string]$escapes[$code])
        }
        elseif ($code -lt 32) {
            [void]$json.Append('\u').Append($code.ToString('x4'))
        }
        else {
            [void]$json.Append($character)
        }
    }
    return '"' + $json.ToString() + '"'
}

# Half a surrogate pair becomes U+FFFD, as everywhere in .NET's UTF-8.
function ConvertTo-GuardITPathSegment {
    param([string]$Text)
    $unreserved = (Get-GuardITContract).Unreserved
    $segment = New-Object System.Text.StringBuilder
    foreach ($byte in [System.Text.Encoding]::UTF8.GetBytes($Text)) {
        if ($unreserved.IndexOf([char]$byte) -ge 0) {
            [void]$segment.Append([char]$byte)
        }
        else {
            [void]$segment.Append('%').Append($byte.ToString('X2'))
        }
    }
    return $segment.ToString()
}

# The JSON of one value, or nothing when it is left out.
function ConvertTo-GuardITValue {
    param([string]$Name, [string]$Kind, $Value)
    switch ($Kind) {
        'Text' { return ConvertTo-GuardITJsonText -Text ([string]$Value) }
        'Whole' {
            try {
                if ([string]$Value -eq '') { throw 'empty' }
                return ([long]$Value).ToString([System.Globalization.CultureInfo]::InvariantCulture)
            }
            catch {
                throw (New-GuardITFault -Code 64 -LeftOut $true -Text "$Name must be a whole number, so '$Value' is left out.")
            }
        }
        'Flag' {
            switch -Regex ([string]$Value) {
                '^(true|1|yes)$' { return 'true' }
                '^(false|0|no)$' { return 'false' }
                default { throw (New-GuardITFault -Code 64 -Text "-IsActive takes true or false, not '$Value'.") }
            }
        }
        'Json' {
            if ($Value -isnot [string]) {
                return (ConvertTo-Json -InputObject $Value -Compress -Depth 20)
            }
            $text = $Value.Trim([char[]]@(32, 9, 10, 13))
            try {
                if ($text -eq '') { throw 'empty' }
                [void](ConvertFrom-Json -InputObject $text)
                return $text
            }
            catch {
                throw (New-GuardITFault -Code 64 -LeftOut $true -Text "$Name is not valid JSON, so it is left out.")
            }
        }
    }
}

# An exception that carries an exit code. LeftOut: a value that some script computed wrongly must not cost the status itself,
# so without -Strict it is only left out.
function New-GuardITFault {
    param([int]$Code, [string]$Text, [bool]$LeftOut)
    $fault = New-Object System.InvalidOperationException -ArgumentList $Text
    $fault.Data['GuardITCode'] = $Code
    $fault.Data['GuardITLeftOut'] = $LeftOut
    return $fault
}

# ---- The request ----------------------------------------------------------------------------------------------------

# The members that were given, as name and JSON, in the order of $Names.
function Get-GuardITMember {
    param($Names, [hashtable]$Given, [bool]$IsStrict)
    $fields = (Get-GuardITContract).Fields
    foreach ($name in $Names) {
        $field = $fields[$name]
        if (-not $Given.ContainsKey($field.Parameter)) { continue }
        try {
            $value = ConvertTo-GuardITValue -Name $name -Kind $field.Kind -Value $Given[$field.Parameter]
        }
        catch {
            if ($IsStrict -or -not $_.Exception.Data['GuardITLeftOut']) { throw }
            Write-GuardITWarning $_.Exception.Message
            continue
        }
        @{ Name = $name; Json = $value }
    }
}

# Method, path and body (nothing where there is none) of an action.
function New-GuardITRequest {
    param([string]$Name, [hashtable]$Given, [bool]$IsStrict)
    $contract = (Get-GuardITContract).Actions[$Name]
    foreach ($needed in $contract.Needs) {
        if ([string]$Given[$needed] -eq '') {
            throw (New-GuardITFault -Code 64 -Text "-Action $Name needs -$needed.")
        }
    }
    $path = $contract.Path
    foreach ($parameter in @('TaskID', 'TaskType')) {
        if ($path.Contains('{' + $parameter + '}')) {
            $path = $path.Replace('{' + $parameter + '}', (ConvertTo-GuardITPathSegment -Text ([string]$Given[$parameter])))
        }
    }
    if ($contract.ContainsKey('Query')) {
        $query = @(Get-GuardITMember -Names $contract.Query -Given $Given -IsStrict $IsStrict | ForEach-Object { $_.Name + '=' + $_.Json })
        if ($query.Count -gt 0) { $path = $path + '?' + ($query -join '&') }
    }
    $body = $null
    if ($contract.Body.Count -gt 0) {
        $members = @(Get-GuardITMember -Names $contract.Body -Given $Given -IsStrict $IsStrict | ForEach-Object { '"' + $_.Name + '":' + $_.Json })
        if ($members.Count -eq 0) {
            throw (New-GuardITFault -Code 64 -Text "-Action $Name needs at least one value to change.")
        }
        $body = '{' + ($members -join ',') + '}'
    }
    return @{ Method = $contract.Method; Path = $path; Body = $body }
}

# ---- Where to, and as whom ------------------------------------------------------------------------------------------

# Windows PowerShell keeps .NET 4.0's habit of decoding %2F in addresses. There it can be switched off by the parser's flags
# only; where that fails too, the task can't be addressed, and saying so beats reporting to another one.
function New-GuardITUri {
    param([string]$Server, [string]$Path)
    $uri = New-Object System.Uri -ArgumentList ($Server + $Path)
    if ($uri.AbsoluteUri.EndsWith($Path, [System.StringComparison]::Ordinal)) { return $uri }
    try {
        $hidden = [System.Reflection.BindingFlags]'Instance, NonPublic, FlattenHierarchy'
        $parser = [System.Uri].GetField('m_Syntax', $hidden).GetValue($uri)
        $flags = [System.UriParser].GetField('m_Flags', $hidden)
        $unescapesDotsAndSlashes = 33554432
        $simpleUserSyntax = 131072
        $kept = [int]$flags.GetValue($parser) -band (-bnot $unescapesDotsAndSlashes) -band (-bnot $simpleUserSyntax)
        $flags.SetValue($parser, [System.Enum]::ToObject($flags.FieldType, $kept))
        $uri = New-Object System.Uri -ArgumentList ($Server + $Path)
    }
    catch {
        Write-Verbose "The address parser can't be changed: $($_.Exception.Message)"
    }
    if ($uri.AbsoluteUri.EndsWith($Path, [System.StringComparison]::Ordinal)) { return $uri }
    throw (New-GuardITFault -Code 64 -Text 'This PowerShell would change the address of that task ID. Use an ID of letters, digits, hyphens and dots, or PowerShell 7.')
}

function Resolve-GuardITServer {
    param([string]$Address)
    $server = $Address.TrimEnd('/')
    if ($server -notmatch '^https?://[^/]') {
        throw (New-GuardITFault -Code 64 -Text "-GuardITURL must begin with http:// or https://, not '$Address'.")
    }
    if ($server -match '[^A-Za-z0-9._~:/%\[\]-]') {
        throw (New-GuardITFault -Code 64 -Text "-GuardITURL holds a character that it can't: '$Address'.")
    }
    # A name may look like an address: 127.0.0.1.example.org is somebody else's machine.
    $isLoopback = $server -match '^https?://(localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])(:[0-9]*)?(/|$)'
    return @{ Address = $server; IsLoopback = $isLoopback }
}

# As main/infra/data-folder has it.
function Get-GuardITDataFolder {
    if ($env:GUARDIT_DATA_DIR) { return $env:GUARDIT_DATA_DIR }
    if ($env:ProgramData) { return (Join-Path $env:ProgramData 'GuardIT') }
    if ((& id -u) -eq '0') { return '/var/lib/guardit' }
    if ((& uname -s) -eq 'Darwin') { return (Join-Path $HOME 'Library/Application Support/GuardIT') }
    if ($env:XDG_DATA_HOME -like '/*') { return (Join-Path $env:XDG_DATA_HOME 'guardit') }
    return (Join-Path $HOME '.local/share/guardit')
}

function Get-GuardITOutbox {
    if ($env:LOCALAPPDATA) { return (Join-Path $env:LOCALAPPDATA 'GuardIT\outbox') }
    if ($env:XDG_STATE_HOME) { return (Join-Path $env:XDG_STATE_HOME 'guardit/outbox') }
    return (Join-Path $HOME '.local/state/guardit/outbox')
}

# .NET's working directory is not PowerShell's location.
function Resolve-GuardITPath {
    param([string]$Path)
    return $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

function Read-GuardITTokenFile {
    param([string]$Path)
    $lines = [System.IO.File]::ReadAllLines((Resolve-GuardITPath -Path $Path))
    if ($lines.Length -eq 0) { return '' }
    return $lines[0].Trim()
}

# The token, or an empty text: then GuardIT takes a call from its own machine as a local reporter's.
function Get-GuardITToken {
    param($Server, [string]$File)
    $token = ''
    if ($File -ne '') {
        try { $token = Read-GuardITTokenFile -Path $File }
        catch { Write-GuardITWarning "The token file $File can't be read, so no token is sent." }
    }
    elseif ($env:GUARDIT_TOKEN -and $env:GUARDIT_URL -and $Server.Address -ceq $env:GUARDIT_URL.TrimEnd('/')) {
        # Set by GuardIT for the scripts that it runs, and meant for that server only.
        $token = $env:GUARDIT_TOKEN.Trim()
    }
    elseif ($Server.IsLoopback) {
        try { $token = Read-GuardITTokenFile -Path (Join-Path (Join-Path (Get-GuardITDataFolder) 'tokens') 'reporter.token') }
        catch { $token = '' }
    }
    if ($token -match '[^A-Za-z0-9._~+/=-]') {
        Write-GuardITWarning 'The token holds a character that no token has, so it is not sent.'
        return ''
    }
    if ($token -ne '' -and -not $Server.IsLoopback -and $Server.Address -match '^http:') {
        Write-GuardITWarning 'The token is not sent over plain http to another machine: use an https address.'
        return ''
    }
    return $token
}

# ---- Sending --------------------------------------------------------------------------------------------------------

# A monitor's warning must not end a script that prefers to stop at warnings.
function Write-GuardITWarning {
    param([string]$Text)
    if ($WarningPreference -eq 'SilentlyContinue') { return }
    Write-Warning -Message $Text -WarningAction Continue
}

function Get-GuardITRetryAfter {
    param($Response)
    $text = ''
    if ($Response.Headers -is [System.Net.WebHeaderCollection]) {
        $text = [string]$Response.Headers['Retry-After']
    }
    elseif ($Response.Headers.Contains('Retry-After')) {
        $text = [string]@($Response.Headers.GetValues('Retry-After'))[0]
    }
    if ($text -match '^[0-9]{1,9}$') { return [int]$text }
    return -1
}

# What GuardIT says about a refusal, without what could steer a console.
function Get-GuardITRefusal {
    param([string]$Answer, [int]$Code)
    $said = ''
    try { $said = [string](ConvertFrom-Json -InputObject $Answer).error }
    catch { $said = '' }
    $said = $said -replace '[\x00-\x1f\x7f]', ''
    if ($said -eq '') { $said = 'no reason given' }
    return "$said (HTTP $Code)"
}

# One attempt. Code is 0 when nobody was reached.
function Send-GuardITOnce {
    param($Call, $Sender)
    $contract = Get-GuardITContract
    $headers = @{ Accept = $contract.Accept }
    if ($Sender.Token -ne '') { $headers['Authorization'] = 'Bearer ' + $Sender.Token }
    if ($Call.AttemptId) { $headers['Idempotency-Key'] = $Call.AttemptId }
    if ($Call.RecordedAt) { $headers['X-GuardIT-Recorded-At'] = $Call.RecordedAt }
    $options = @{
        Uri       = New-GuardITUri -Server $Sender.Server.Address -Path $Call.Path
        Method    = $Call.Method
        Headers   = $headers
        UserAgent = $contract.UserAgent
    }
    if ($null -ne $Call.Body) {
        $options['ContentType'] = $contract.ContentType
        $options['Body'] = [System.Text.Encoding]::UTF8.GetBytes($Call.Body)
    }
    $isDesktop = $PSVersionTable.PSEdition -ne 'Core'
    if ($Sender.Server.IsLoopback) {
        if ($isDesktop) {
            $session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
            $session.Proxy = New-Object System.Net.WebProxy
            $options['WebSession'] = $session
        }
        else {
            $options['NoProxy'] = $true
        }
    }
    # Drawing a progress bar takes longer than the call.
    $ProgressPreference = 'SilentlyContinue'
    $expectedContinue = [System.Net.ServicePointManager]::Expect100Continue
    try {
        if ($isDesktop) {
            [System.Net.ServicePointManager]::Expect100Continue = $false
            # 0 lets Windows choose, which is newer than anything that could be written here.
            $protocols = [System.Net.ServicePointManager]::SecurityProtocol
            if ([int]$protocols -ne 0) {
                [System.Net.ServicePointManager]::SecurityProtocol = $protocols -bor [System.Net.SecurityProtocolType]::Tls12
            }
        }
        $response = Invoke-WebRequest @options -UseBasicParsing -TimeoutSec $Sender.TimeoutSec -MaximumRedirection 0 -ErrorAction Stop
        # The bytes, since Windows PowerShell reads JSON without a charset as Latin-1.
        $text = [System.Text.Encoding]::UTF8.GetString($response.RawContentStream.ToArray())
        return @{ Code = [int]$response.StatusCode; Answer = $text; RetryAfter = -1; Trouble = '' }
    }
    catch {
        $failed = $_
        if ($failed.FullyQualifiedErrorId -like 'MaximumRedirectExceeded*') {
            return @{ Code = 302; Answer = ''; RetryAfter = -1; Trouble = 'it answers with a redirection' }
        }
        $response = $failed.Exception.Response
        if ($null -eq $response) {
            return @{ Code = 0; Answer = ''; RetryAfter = -1; Trouble = $failed.Exception.Message }
        }
        $code = [int]$response.StatusCode
        $answer = ''
        if ($null -ne $failed.ErrorDetails) { $answer = [string]$failed.ErrorDetails.Message }
        return @{ Code = $code; Answer = $answer; RetryAfter = (Get-GuardITRetryAfter -Response $response); Trouble = "it answers $code" }
    }
    finally {
        [System.Net.ServicePointManager]::Expect100Continue = $expectedContinue
    }
}

# An answer with an outcome: sent, refused or away.
function Send-GuardITRequest {
    param($Call, $Sender, [int]$Attempts)
    $delay = $Sender.RetryDelaySec
    while ($true) {
        $answer = Send-GuardITOnce -Call $Call -Sender $Sender
        $Attempts = $Attempts - 1
        if ($answer.Code -ge 200 -and $answer.Code -le 299) {
            $answer['Outcome'] = 'sent'
            return $answer
        }
        if ($answer.Code -ne 0 -and $answer.Code -ne 429 -and $answer.Code -lt 500) {
            $answer['Outcome'] = 'refused'
            return $answer
        }
        $answer['Outcome'] = 'away'
        # Nobody's backup waits for longer than ten seconds; the spool can.
        if ($Attempts -le 0 -or $answer.RetryAfter -gt 10) { return $answer }
        $pause = $delay
        if ($answer.RetryAfter -ge 0) { $pause = $answer.RetryAfter }
        Start-Sleep -Seconds $pause
        $delay = $delay * 2
    }
}

# ---- The spool ------------------------------------------------------------------------------------------------------

# docs/SPOOL.md. The service empties its own spool; what waits anywhere else is sent by this script when it is called again.
function Get-GuardITSpool {
    param($Server, [string]$Folder)
    if ($Folder -ne '') { return @{ Folders = @(Resolve-GuardITPath -Path $Folder); Outbox = (Resolve-GuardITPath -Path $Folder) } }
    $outbox = Get-GuardITOutbox
    $own = Join-Path (Get-GuardITDataFolder) 'spool'
    if ($Server.IsLoopback -and (Test-Path -LiteralPath $own -PathType Container)) {
        return @{ Folders = @($own, $outbox); Outbox = $outbox }
    }
    return @{ Folders = @($outbox); Outbox = $outbox }
}

# Renamed into place: whoever reads the folder sees a whole file or none. Returns the folder; throws when none takes it.
function Save-GuardITStatus {
    param($Call, $Sender, $Spool)
    # The order of the members is part of the format: Send-GuardITSpool relies on it.
    $text = '{"version":1,"attemptId":"' + $Call.AttemptId + '","recordedAt":"' + $Call.SpooledAt + '","server":"' + $Sender.Server.Address +
        '","method":"POST","path":"' + $Call.Path + '","body":' + $Call.Body + "}`n"
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($text)
    $name = ($Call.SpooledAt -replace '[:.-]', '') + '-000-' + $Call.AttemptId
    $trouble = ''
    foreach ($folder in $Spool.Folders) {
        $draft = Join-Path $folder ('.' + $name + '.tmp')
        try {
            [void][System.IO.Directory]::CreateDirectory($folder)
            if ([System.IO.Directory]::GetFiles($folder, '*.json').Length -ge 1000) { throw '1000 statuses wait already' }
            [System.IO.File]::WriteAllBytes($draft, $bytes)
            [System.IO.File]::Move($draft, (Join-Path $folder ($name + '.json')))
            return $folder
        }
        catch {
            $trouble = $_.Exception.Message
            try { [System.IO.File]::Delete($draft) } catch { Write-Verbose "$draft stays." }
        }
    }
    throw $trouble
}

# Sends what waits for this server, oldest first. Returns nothing, or what was answered when nobody can be reached.
function Send-GuardITSpool {
    param($Sender, $Spool)
    if (-not (Test-Path -LiteralPath $Spool.Outbox -PathType Container)) { return }
    $until = [DateTime]::UtcNow.AddSeconds(20)
    $failures = 0
    $pattern = '^\{"version":1,"attemptId":"([0-9a-f-]+)","recordedAt":"([0-9TZ:.-]+)","server":"([^"]*)","method":"POST","path":"(/api/status/[A-Za-z0-9._~%-]+)","body":(.*)\}\s*$'
    $files = @(Get-ChildItem -LiteralPath $Spool.Outbox | Where-Object { $_.Name -like '*.json' } | Sort-Object -Property Name)
    foreach ($file in $files) {
        if ([DateTime]::UtcNow -gt $until) { return }
        try { $text = [System.IO.File]::ReadAllText($file.FullName) }
        catch { continue }
        $found = [regex]::Match($text, $pattern, [System.Text.RegularExpressions.RegexOptions]::Singleline)
        if (-not $found.Success -or $found.Groups[3].Value -cne $Sender.Server.Address) { continue }
        $call = @{
            Method     = 'POST'
            Path       = $found.Groups[4].Value
            Body       = $found.Groups[5].Value
            AttemptId  = $found.Groups[1].Value
            RecordedAt = $found.Groups[2].Value
        }
        $answer = Send-GuardITRequest -Call $call -Sender $Sender -Attempts 1
        if ($answer.Outcome -eq 'sent') {
            [System.IO.File]::Delete($file.FullName)
        }
        elseif ($answer.Outcome -eq 'refused') {
            Write-GuardITWarning "GuardIT refuses a status of $($call.RecordedAt): $(Get-GuardITRefusal -Answer $answer.Answer -Code $answer.Code). It is kept as $($file.FullName).refused"
            [System.IO.File]::Move($file.FullName, $file.FullName + '.refused')
        }
        elseif ($answer.Code -ge 500) {
            # Perhaps only this one: others may pass, and so may the status that is reported now.
            $failures = $failures + 1
            if ($failures -ge 5) { return }
        }
        else {
            return $answer
        }
    }
}

# ---- The call -------------------------------------------------------------------------------------------------------

function New-GuardITResult {
    param([int]$Code, $Output)
    return @{ Code = $Code; Output = $Output }
}

function Get-GuardITNumber {
    param([hashtable]$Given, [string]$Name, [int]$Default, [int]$Minimum)
    if (-not $Given.ContainsKey($Name)) { return $Default }
    $number = 0
    if (-not [int]::TryParse([string]$Given[$Name], [ref]$number) -or $number -lt $Minimum) {
        throw (New-GuardITFault -Code 64 -Text "-$Name takes a whole number from $Minimum on, not '$($Given[$Name])'.")
    }
    return $number
}

function Invoke-GuardITAction {
    param([hashtable]$Given)
    $isStrict = [bool]$Given['Strict']
    $name = [string]$Given['Action']
    $known = @('Register', 'Status', 'Get', 'List', 'Update', 'Delete', 'History', 'Flush')
    if ($known -notcontains $name) {
        throw (New-GuardITFault -Code 64 -Text "-Action takes one of $($known -join ', '), not '$name'.")
    }
    # As it is written above, whatever the caller's capitals.
    $name = @($known | Where-Object { $_ -eq $name })[0]
    if (-not $Given.ContainsKey('TaskID') -and $env:GUARDIT_TASK_ID) { $Given['TaskID'] = $env:GUARDIT_TASK_ID }
    $address = [string]$Given['GuardITURL']
    if ($address -eq '') { $address = [string]$env:GUARDIT_URL }
    if ($address -eq '') { $address = 'http://127.0.0.1:3000' }
    $server = Resolve-GuardITServer -Address $address
    $tokenFile = [string]$Given['TokenFile']
    if ($tokenFile -eq '') { $tokenFile = [string]$env:GUARDIT_TOKEN_FILE }
    $sender = @{
        Server        = $server
        TimeoutSec    = Get-GuardITNumber -Given $Given -Name 'TimeoutSec' -Default 5 -Minimum 1
        RetryDelaySec = Get-GuardITNumber -Given $Given -Name 'RetryDelaySec' -Default 1 -Minimum 0
    }
    $attempts = 1 + (Get-GuardITNumber -Given $Given -Name 'Retries' -Default 2 -Minimum 0)
    $call = $null
    if ($name -ne 'Flush') {
        $row = $name
        if ($name -eq 'List' -and [string]$Given['TaskType'] -ne '') { $row = 'ListType' }
        $call = New-GuardITRequest -Name $row -Given $Given -IsStrict $isStrict
    }
    $sender['Token'] = Get-GuardITToken -Server $server -File $tokenFile
    $spool = Get-GuardITSpool -Server $server -Folder ([string]$Given['SpoolFolder'])

    $answer = $null
    if ($name -eq 'Status') {
        $call['AttemptId'] = [guid]::NewGuid().ToString()
        $call['SpooledAt'] = [DateTime]::UtcNow.ToString('yyyy-MM-dd\THH:mm:ss.fff\Z', [System.Globalization.CultureInfo]::InvariantCulture)
    }
    if ($name -eq 'Status' -or $name -eq 'Flush') {
        try { $answer = Send-GuardITSpool -Sender $sender -Spool $spool }
        catch { Write-GuardITWarning "What waits in $($spool.Outbox) can't be sent: $($_.Exception.Message)" }
    }
    if ($name -eq 'Flush') {
        if ($null -eq $answer) { return (New-GuardITResult -Code 0) }
        Write-GuardITWarning "GuardIT at $($server.Address) is not available: $($answer.Trouble). What waits stays in $($spool.Outbox)."
        return (New-GuardITResult -Code 75)
    }
    # Where what waits could not be sent, a new status joins the queue: it is not worth the same time-outs once more.
    if ($null -eq $answer) { $answer = Send-GuardITRequest -Call $call -Sender $sender -Attempts $attempts }

    if ($answer.Outcome -eq 'sent') {
        if ($name -eq 'Status' -or $answer.Answer -eq '') { return (New-GuardITResult -Code 0) }
        return (New-GuardITResult -Code 0 -Output (ConvertFrom-Json -InputObject $answer.Answer))
    }
    if ($answer.Outcome -eq 'refused') {
        Write-GuardITWarning "GuardIT refuses: $(Get-GuardITRefusal -Answer $answer.Answer -Code $answer.Code)"
        $code = 65
        if ($answer.Code -eq 401 -or $answer.Code -eq 403) { $code = 77 }
        if ($answer.Code -eq 404) { $code = 66 }
        return (New-GuardITResult -Code $code)
    }
    $reason = "GuardIT at $($server.Address) is not available: $($answer.Trouble)."
    if ($name -ne 'Status') {
        Write-GuardITWarning "$reason Nothing was done."
        return (New-GuardITResult -Code 75)
    }
    try {
        $folder = Save-GuardITStatus -Call $call -Sender $sender -Spool $spool
        Write-GuardITWarning "$reason The status waits in $folder."
    }
    catch {
        Write-GuardITWarning "$reason The status is lost: $($_.Exception.Message)"
    }
    return (New-GuardITResult -Code 75)
}

# What the script does, as an exit code and output: never a terminating error.
function Invoke-GuardITCall {
    param([hashtable]$Given)
    # The calling script may have chosen otherwise, and its choices reach down here.
    Set-StrictMode -Off
    $ErrorActionPreference = 'Stop'
    try {
        $result = Invoke-GuardITAction -Given $Given
        if ($result.Code -ne 0 -and -not $Given['Strict']) { $result.Code = 0 }
        return $result
    }
    catch {
        Write-GuardITWarning "guardit-client: $($_.Exception.Message)"
        if ($_.Exception.Data['GuardITCode']) { return (New-GuardITResult -Code $_.Exception.Data['GuardITCode']) }
        if ($Given['Strict']) { return (New-GuardITResult -Code 70) }
        return (New-GuardITResult -Code 0)
    }
}

# For scripts that dot-source this file: the same parameters, the exit code in $LASTEXITCODE.
function Invoke-GuardIT {
    [CmdletBinding()]
    param(
        $Action,
        $TaskID,
        $DisplayName,
        $TaskType,
        $Description,
        $GuardITURL,
        $Status,
        $Message,
        $Progress,
        $Data,
        $ServerID,
        $ExpectedSchedule,
        $GraceMinutes,
        $MaxDurationMinutes,
        $IsActive,
        $Page,
        $Limit,
        $TokenFile,
        $SpoolFolder,
        $TimeoutSec,
        $Retries,
        $RetryDelaySec,
        [switch]$Strict
    )
    $given = @{}
    foreach ($name in $PSBoundParameters.Keys) { $given[$name] = $PSBoundParameters[$name] }
    $result = Invoke-GuardITCall -Given $given
    $global:LASTEXITCODE = $result.Code
    if ($null -ne $result.Output) { $result.Output }
}

if ($MyInvocation.InvocationName -ne '.') {
    Invoke-GuardIT @PSBoundParameters
    exit $LASTEXITCODE
}
