// Answers that Azure would take only to fail later, in words that do not say which answer it was.

@export()
@description('The name of the installation, which begins most names of resources.')
func checkedName(name string) string =>
  contains(letters, take(name, 1)) && empty(filter(characters(name), c => !contains('${letters}0123456789-', c)))
    ? name
    : fail('The name of the installation, "${name}", is not accepted: use lower-case letters, digits and dashes, starting with a letter.')

@export()
@description('The id of a resource of one type, not of something in it; Azure writes the words in it in either case.')
func checkedId(id string, type string) string =>
  isIdOf(toLower(id), toLower(type))
    ? id
    : fail('"${id}" is not the resource id of a ${type}: use /subscriptions/…/resourceGroups/…/providers/${type}/….')

@export()
@description('A group of its own: it goes with `azd down`, and whatever is in it.')
func checkedGroup(group string, subscriptionId string, othersIds string[]) string =>
  empty(filter(
    othersIds,
    id => startsWith(toLower(id), toLower('/subscriptions/${subscriptionId}/resourceGroups/${group}/'))
  ))
    ? group
    : fail('The resource group ${group} holds the hub, its system topic, the workspace or the mail service that the responder only uses, and azd down would delete it: choose another (RESPONDER_RESOURCE_GROUP).')

@export()
@description('Room for the app and the private endpoints.')
func checkedPrefix(prefix string) string =>
  parseCidr(prefix).cidr <= 24
    ? prefix
    : fail('The virtual network ${prefix} is too small: use a prefix of /24 or wider, such as 10.40.0.0/24.')

@export()
@description('Who is let in, so that it is not nobody. The app takes ranges only, and storage no /31.')
func checkedRanges(ranges string[]) string[] =>
  empty(ranges) || !empty(filter(ranges, range => !contains(range, '/') || endsWith(range, '/31')))
    ? fail('allowedIpRanges (${join(ranges, ', ')}) is not accepted: name the addresses from which you reach the storage, as 203.0.113.16/28 or 203.0.113.7/32; instead of a /31, both of its addresses.')
    : ranges

@export()
@description('Names of app settings; another character would make another secret of it, or none.')
func checkedSettings(names string[]) string[] =>
  empty(filter(names, name => !empty(filter(characters(name), c => !contains('${toUpper(letters)}0123456789_', c)))))
    ? names
    : fail('receiverSettings (${join(names, ', ')}) is not accepted: use names of upper-case letters, digits and underscores, such as ONCALL_WEBHOOK_SECRET.')

@export()
@description('Somebody gets the alerts.')
func checkedEmails(emails string[]) string[] =>
  empty(filter(emails, email => !empty(email)))
    ? fail('alertEmails names nobody: use at least one address that gets the responder\'s own alerts.')
    : filter(emails, email => !empty(email))

@export()
@description('Logs that are there already are in a workspace that is there already.')
func checkedWorkspaceId(workspaceId string, connectionLogs string) string =>
  connectionLogs == 'existing' && empty(workspaceId)
    ? fail('connectionLogs is "existing": workspaceId has to name the workspace to which the hub sends them.')
    : workspaceId

var letters = 'abcdefghijklmnopqrstuvwxyz'

func characters(text string) string[] => map(range(0, length(text)), index => substring(text, index, 1))

func isIdOf(id string, type string) bool =>
  startsWith(id, '/subscriptions/') && contains(id, '/resourcegroups/') && contains(id, '/providers/${type}/') && length(split(
    id,
    '/'
  )) == 9 && !endsWith(id, '/')
