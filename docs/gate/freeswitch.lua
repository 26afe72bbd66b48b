-- ClearDial's gate for FreeSWITCH: save it as scripts/cleardial.lua, and call it before the bridge. Written from FreeSWITCH's
-- documents, and never run: try it with a barred number of your own before you rely on it. docs/gate.md has the contract.
--
--   <extension name="outbound">
--     <condition field="destination_number" expression="^(\+?\d{7,15})$">
--       <action application="lua" data="cleardial.lua"/>
--       <action application="bridge" data="sofia/gateway/carrier/$1"/>
--     </condition>
--   </extension>
--
-- Needs mod_curl and mod_lua. Emergency numbers go to the carrier in an extension of their own, before this one.

local url = "https://cleardial.example.com/v1/gate"
local token = "cdt_REPLACE_ME"

-- A JSON text of what the call has. Control characters have no place in a number or a name.
local function text(value)
  local plain = (value or ""):gsub("%c", ""):gsub('["\\]', "\\%0")
  return '"' .. plain .. '"'
end

local function variable(name)
  return session:getVariable(name)
end

-- The number that the carrier will show; with a privacy flag it shows none.
local shown = variable("effective_caller_id_number") or variable("caller_id_number")
local hides = variable("origination_privacy") or variable("sip_h_Privacy") or ""
local body = "{" .. table.concat({
  '"to":' .. text(variable("destination_number")),
  '"from":' .. text(shown),
  '"privacy":' .. text(hides == "none" and "" or hides),
  '"agent":' .. text(variable("sip_auth_username") or variable("user_name")),
  '"callId":' .. text(variable("uuid")),
}, ",") .. "}"

session:setVariable("curl_response_code", "")
session:setVariable("curl_response_data", "")
session:execute("curl", url .. " timeout 3 connect-timeout 2 content-type application/json"
  .. " append_headers Authorization:Bearer%20" .. token .. " post " .. body)

local code = variable("curl_response_code")
local said = variable("curl_response_data") or ""
local answer = code == "200" and said:match('"answer":"(%a+)"') or nil
if answer ~= "allow" then
  local why = said:match('"code":"([%w%-]+)"') or "no answer"
  freeswitch.consoleLog("notice", "cleardial: " .. tostring(variable("uuid")) .. " denied: " .. why .. "\n")
  -- 603 Decline, by its cause of Q.850.
  session:hangup("CALL_REJECTED")
end
