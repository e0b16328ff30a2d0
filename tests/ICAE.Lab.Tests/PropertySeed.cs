// The same cases in every run. Other seeds: change this line.
[assembly: FsCheck.Xunit.Properties(Replay = "20261130,1907")]
