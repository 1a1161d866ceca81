// Answers that Azure would take only to fail later, in words that do not say which answer it was.

@export()
@description('The name of the installation, which begins most names of resources.')
func checkedName(name string) string =>
  contains(letters, take(name, 1)) && empty(filter(characters(name), c => !contains('${letters}0123456789-', c)))
    ? name
    : fail('The name of the installation, "${name}", is not accepted: use lower-case letters, digits and dashes, with a letter in front.')

@export()
@description('The id of an IoT hub; Azure writes the words in it in either case.')
func checkedHubId(id string) string =>
  isHubId(toLower(id))
    ? id
    : fail('"${id}" is not the resource id of an IoT hub: use /subscriptions/…/resourceGroups/…/providers/Microsoft.Devices/IotHubs/….')

@export()
@description('A group of its own: it goes with `azd down`, and whatever is in it.')
func checkedGroup(group string, subscriptionId string, othersIds string[]) string =>
  empty(filter(
    othersIds,
    id => startsWith(toLower(id), toLower('/subscriptions/${subscriptionId}/resourceGroups/${group}/'))
  ))
    ? group
    : fail('The resource group ${group} holds the hub, the workspace or the mail service that the responder only uses, and azd down would delete it: choose another (RESPONDER_RESOURCE_GROUP).')

@export()
@description('Room for the app and the private endpoints.')
func checkedPrefix(prefix string) string =>
  parseCidr(prefix).cidr <= 24
    ? prefix
    : fail('The virtual network ${prefix} is too small: use a prefix of /24 or wider, such as 10.40.0.0/24.')

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

func isHubId(id string) bool =>
  startsWith(id, '/subscriptions/') && contains(id, '/resourcegroups/') && contains(
    id,
    '/providers/microsoft.devices/iothubs/'
  ) && length(split(id, '/')) == 9 && !endsWith(id, '/')
